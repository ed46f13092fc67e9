//! What the room is told: which symbologies, how long, how many, which engines.
//!
//! Rooms never read the configuration; these are handed in, and the defaults are documented here.
//! Deliberately absent: anything about cameras, which is in `source/camera`.

use std::time::Duration;

use crate::domain::Symbology;

/// A set of symbologies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Symbologies(u32);

impl Symbologies {
    /// Every symbology the station knows, in the order of the documents.
    pub const EACH: [Symbology; 18] = [
        Symbology::QRCode,
        Symbology::MicroQR,
        Symbology::RectangularMicroQR,
        Symbology::DataMatrix,
        Symbology::Aztec,
        Symbology::PDF417,
        Symbology::Code128,
        Symbology::Code39,
        Symbology::Code93,
        Symbology::Codabar,
        Symbology::ITF,
        Symbology::EAN13,
        Symbology::EAN8,
        Symbology::UPCA,
        Symbology::UPCE,
        Symbology::DataBar,
        Symbology::DataBarExpanded,
        Symbology::MaxiCode,
    ];

    /// No symbology.
    pub const NONE: Self = Self(0);

    /// Every symbology.
    pub fn all() -> Self {
        Self::EACH.into_iter().fold(Self::NONE, Self::with)
    }

    /// What labels, boxes and badges carry, and what is on when nothing is configured: all but MaxiCode (parcels only,
    /// and it costs a search of its own) and Codabar (two check-free characters: it misreads other symbols' bars).
    pub fn usual() -> Self {
        Self::all().without(Symbology::MaxiCode).without(Symbology::Codabar)
    }

    /// The name of a symbology as the station writes it everywhere.
    pub const fn name_of(symbology: Symbology) -> &'static str {
        match symbology {
            Symbology::QRCode => "QRCode",
            Symbology::MicroQR => "MicroQR",
            Symbology::RectangularMicroQR => "rMQR",
            Symbology::DataMatrix => "DataMatrix",
            Symbology::Aztec => "Aztec",
            Symbology::PDF417 => "PDF417",
            Symbology::Code128 => "Code128",
            Symbology::Code39 => "Code39",
            Symbology::Code93 => "Code93",
            Symbology::Codabar => "Codabar",
            Symbology::ITF => "ITF",
            Symbology::EAN13 => "EAN13",
            Symbology::EAN8 => "EAN8",
            Symbology::UPCA => "UPCA",
            Symbology::UPCE => "UPCE",
            Symbology::DataBar => "DataBar",
            Symbology::DataBarExpanded => "DataBarExpanded",
            Symbology::MaxiCode => "MaxiCode",
        }
    }

    /// Reads a list of names separated by commas, `all` and `usual` among them; case does not count.
    /// The error is the name that is none.
    pub fn parse(list: &str) -> Result<Self, &str> {
        let names = list.split(',').map(str::trim).filter(|it| !it.is_empty());
        let mut set = Self::NONE;
        for name in names {
            set = set.and(Self::named(name).ok_or(name)?);
        }
        Ok(set)
    }

    fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("all") {
            return Some(Self::all());
        }
        if name.eq_ignore_ascii_case("usual") {
            return Some(Self::usual());
        }
        let known = Self::EACH.into_iter().find(|it| Self::name_of(*it).eq_ignore_ascii_case(name));
        known.map(|it| Self::NONE.with(it))
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn bit(symbology: Symbology) -> u32 {
        let at = Self::EACH.iter().position(|it| *it == symbology);
        at.and_then(|it| u32::try_from(it).ok()).map_or(0, |it| 1 << it)
    }

    /// The same with one more.
    #[must_use]
    pub fn with(self, symbology: Symbology) -> Self {
        Self(self.0 | Self::bit(symbology))
    }

    /// The same with one less.
    #[must_use]
    pub fn without(self, symbology: Symbology) -> Self {
        Self(self.0 & !Self::bit(symbology))
    }

    /// Whether one is in it.
    pub fn has(self, symbology: Symbology) -> bool {
        self.0 & Self::bit(symbology) != 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those in it that are read at a till: EAN and UPC.
    pub(crate) fn retail(self) -> Self {
        let till = [Symbology::EAN13, Symbology::EAN8, Symbology::UPCA, Symbology::UPCE];
        till.into_iter().filter(|it| self.has(*it)).collect()
    }

    /// Those in it, in the order of [`Self::EACH`].
    pub fn each(self) -> impl Iterator<Item = Symbology> {
        Self::EACH.into_iter().filter(move |it| self.has(*it))
    }
}

impl FromIterator<Symbology> for Symbologies {
    fn from_iter<I: IntoIterator<Item = Symbology>>(each: I) -> Self {
        each.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Which engines may read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Engines {
    /// Our front end with rqrr, and the second engine where it is compiled in.
    #[default]
    Both,
    /// Our front end with rqrr: QR symbols only.
    Own,
    /// The second engine only.
    Second,
}

/// How stills are read.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is looked for. Default: [`Symbologies::usual`].
    pub symbologies: Symbologies,
    /// Time for one still, in the clock handed in. Default: 250 ms. One engine call may go over it: it cannot be
    /// interrupted, so calls have a pixel limit ([`Options::call_pixels_max`]).
    pub budget: Duration,
    /// Which engines may read. Default: both.
    pub engines: Engines,
    /// Most symbols of one picture. Default: 128.
    pub symbols_max: usize,
    /// Most pixels of a picture given to one call of the second engine that looks for QR symbols only; larger ones are
    /// shrunk first. Default: 16 million (measured, worst of noise, stripes and finders: 0.14 s).
    pub call_pixels_max: usize,
    /// The same for a call that looks for other symbologies too. Default: 4.2 million (measured: noise takes 0.13 s a
    /// million pixels, so 0.5 s). A stream of pictures has half of it.
    pub call_others_pixels_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            symbologies: Symbologies::usual(),
            budget: Duration::from_millis(250),
            engines: Engines::Both,
            symbols_max: 128,
            call_pixels_max: 16_000_000,
            call_others_pixels_max: 4_200_000,
        }
    }
}

/// Whether the second engine is compiled in (feature `second-engine`).
pub const HAS_SECOND_ENGINE: bool = cfg!(feature = "second-engine");

#[cfg(test)]
mod tests {
    use super::Symbologies;

    #[test]
    fn every_symbology_is_parsed_by_its_own_name() {
        for symbology in Symbologies::EACH {
            let name = Symbologies::name_of(symbology);
            assert_eq!(Symbologies::parse(&name.to_lowercase()), Ok(Symbologies::NONE.with(symbology)));
        }
        assert_eq!(Symbologies::parse("usual,MaxiCode,Codabar"), Ok(Symbologies::all()));
        assert_eq!(Symbologies::parse("QRCode,qr"), Err("qr"));
    }
}
