//! Data identifiers of ANSI MH10.8.2: what each means, in our words, and what sort of thing it names.
//!
//! The grammar is no more than up to three digits and one letter; those that the table lacks are still read.
//! Deliberately absent: checking values, except where one has a check of its own (`envelope`).

/// What sort of thing a data identifier names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// A container.
    Container,
    /// A date.
    Date,
    /// A person.
    Person,
    /// A token that names a person.
    Badge,
    /// A vehicle.
    Vin,
    /// A package or transport unit.
    Package,
    /// A document of trade.
    Order,
    /// A place.
    Location,
    /// A property.
    Attribute,
    /// A company.
    Enterprise,
    /// An address.
    Url,
    /// A kind of thing.
    Part,
    /// A number of things.
    Quantity,
    /// An individual, by its maker's number.
    Serial,
    /// An individual, by its owner's number.
    Asset,
    /// A document.
    Document,
    /// An individual, world-wide.
    Uii,
    /// A batch.
    Lot,
    /// A cellular phone.
    Meid,
    /// A network interface.
    Mac,
    /// A SIM card.
    Iccid,
    /// An individual, by its EPC.
    Epc,
    /// Free text.
    Free,
}

/// One data identifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataIdentifier {
    /// Digits and letter.
    pub identifier: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What sort of thing it names.
    pub class: Class,
}

const fn row(identifier: &'static str, meaning: &'static str, class: Class) -> DataIdentifier {
    DataIdentifier { identifier, meaning, class }
}

/// Those that occur on labels, by letter.
#[rustfmt::skip]
pub const DATA_IDENTIFIERS: &[DataIdentifier] = &[
    row("B", "container type", Class::Container),
    row("1B", "returnable container code set by its owner", Class::Container),
    row("2B", "gas cylinder code", Class::Container),
    row("D", "date YYMMDD", Class::Date),
    row("4D", "date YYDDD", Class::Date),
    row("6D", "date YYYYMMDD plus qualifier", Class::Date),
    row("9D", "date, agreed form (EIGP 114: date code YYWW)", Class::Date),
    row("10D", "date YYWW", Class::Date),
    row("12D", "date YYYYMMDD", Class::Date),
    row("14D", "expiry YYYYMMDD", Class::Date),
    row("16D", "production date YYYYMMDD", Class::Date),
    row("H", "party name", Class::Person),
    row("1H", "employee id set by the employer", Class::Badge),
    row("3H", "id of a non-employee (contractor, visitor)", Class::Badge),
    row("10H", "personal code (initials + 4 digits)", Class::Person),
    row("25H", "globally unique person id (IAC + CIN + id)", Class::Badge),
    row("I", "VIN", Class::Vin),
    row("2I", "short VIN", Class::Vin),
    row("J", "licence plate (unique package id)", Class::Package),
    row("1J", "licence plate, lowest level", Class::Package),
    row("2J", "licence plate, several packages", Class::Package),
    row("5J", "licence plate, mixed load", Class::Package),
    row("6J", "licence plate, master load", Class::Package),
    row("K", "customer order number", Class::Order),
    row("1K", "supplier order number", Class::Order),
    row("4K", "customer order line", Class::Order),
    row("10K", "invoice number", Class::Order),
    row("11K", "packing list number", Class::Order),
    row("15K", "kanban number", Class::Order),
    row("20K", "licence id", Class::Order),
    row("L", "storage location", Class::Location),
    row("1L", "location", Class::Location),
    row("2L", "ship-to location", Class::Location),
    row("4L", "country of origin (ISO 3166 two letters)", Class::Attribute),
    row("7L", "DoDAAC (6 characters)", Class::Enterprise),
    row("33L", "URL", Class::Url),
    row("N", "NATO stock number", Class::Part),
    row("9N", "pharmacy product number (PPN)", Class::Part),
    row("P", "part number set by the customer", Class::Part),
    row("1P", "part number set by the supplier (original part for UII)", Class::Part),
    row("2P", "revision", Class::Attribute),
    row("3P", "GS1 company + item (deprecated)", Class::Part),
    row("7P", "CLEI (telecom)", Class::Part),
    row("11P", "CLEI, 10 characters", Class::Part),
    row("17P", "GS1 supplier + item (deprecated)", Class::Part),
    row("25P", "globally unique part (IAC + CIN + part)", Class::Part),
    row("30P", "part number, first level, supplier (current part)", Class::Part),
    row("50P", "item number + plus sign form", Class::Part),
    row("51P", "globally unique item id", Class::Part),
    row("54P", "UDI-DI", Class::Part),
    row("Q", "quantity", Class::Quantity),
    row("3Q", "unit of measure", Class::Quantity),
    row("7Q", "quantity + unit", Class::Quantity),
    row("13Q", "n of m", Class::Quantity),
    row("1R", "return authorisation (RMA)", Class::Order),
    row("S", "serial for life, set by the supplier", Class::Serial),
    row("1S", "additional code set by the supplier (PC makers: machine type + serial)", Class::Serial),
    row("3S", "package id, like items", Class::Package),
    row("4S", "package id, master", Class::Package),
    row("5S", "package id, mixed", Class::Package),
    row("8S", "supplier container id, SSCC-18", Class::Package),
    row("10S", "machine, cell or tool id", Class::Asset),
    row("11S", "fixed asset id", Class::Asset),
    row("12S", "document number", Class::Document),
    row("13S", "container seal", Class::Container),
    row("15S", "serial set by the vendor, only with 13V", Class::Serial),
    row("16S", "version (software)", Class::Attribute),
    row("18S", "CAGE + serial within CAGE (UII construct 1)", Class::Uii),
    row("20S", "trace code set by the customer", Class::Lot),
    row("21S", "tyre id (DOT)", Class::Serial),
    row("22S", "cellular phone id (ESN, MEID)", Class::Meid),
    row("23S", "MAC address", Class::Mac),
    row("25S", "UII with issuing agency code", Class::Uii),
    row("26S", "equipment id", Class::Asset),
    row("30S", "further trace code, supplier", Class::Lot),
    row("32S", "end of a serial range", Class::Serial),
    row("34S", "serial or part of the end item", Class::Serial),
    row("37S", "UII as IAC + CIN + part + '+' + serial", Class::Uii),
    row("42S", "UII in 25S form with serial length", Class::Uii),
    row("43S", "ICCID", Class::Iccid),
    row("50S", "serial, first level, supplier", Class::Serial),
    row("96S", "EPC (SGTIN)", Class::Epc),
    row("T", "lot set by the customer", Class::Lot),
    row("1T", "lot set by the supplier", Class::Lot),
    row("25T", "globally unique lot (IAC + CIN + lot)", Class::Lot),
    row("30T", "lot, first level, supplier (not part of a UII)", Class::Lot),
    row("V", "supplier code set by the customer", Class::Enterprise),
    row("1V", "supplier code set by the supplier", Class::Enterprise),
    row("3V", "GS1 company prefix", Class::Enterprise),
    row("6V", "manufacturer code, agreed", Class::Enterprise),
    row("7V", "owner code, agreed", Class::Enterprise),
    row("11V", "organisation with the budget", Class::Enterprise),
    row("12V", "DUNS of the manufacturer", Class::Enterprise),
    row("13V", "DUNS of the supplier", Class::Enterprise),
    row("14V", "DUNS of the customer", Class::Enterprise),
    row("17V", "CAGE", Class::Enterprise),
    row("18V", "IAC + company number", Class::Enterprise),
    row("20V", "IAC + company number + role", Class::Enterprise),
    row("25V", "CAGE, declared as the manufacturer", Class::Enterprise),
    row("Z", "agreed between customer and supplier", Class::Free),
    row("3Z", "free text", Class::Free),
    row("11Z", "free text (DigiKey: label type)", Class::Free),
    row("12Z", "free text (DigiKey: part id)", Class::Free),
    row("13Z", "free text (DigiKey: load id)", Class::Free),
    row("20Z", "free text (DigiKey: padding)", Class::Free),
];

/// What a data identifier means.
#[must_use]
pub fn get(identifier: &str) -> Option<&'static DataIdentifier> {
    DATA_IDENTIFIERS.iter().find(|it| it.identifier == identifier)
}

/// Splits a segment into its data identifier and value: up to three digits, not beginning with 0, and one letter.
#[must_use]
pub fn split(segment: &str) -> Option<(&str, &str)> {
    let at = segment.bytes().take(4).position(|it| !it.is_ascii_digit())?;
    let letter = segment.as_bytes().get(at)?;
    if !letter.is_ascii_uppercase() || segment.starts_with('0') {
        return None;
    }
    segment.split_at_checked(at + 1)
}
