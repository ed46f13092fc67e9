//! Labels on a page of their stock, as SVG in millimetres for A4 upright.
//!
//! The page says that it has no margins, so that a browser prints it at its size; a program that scales it is told so in
//! the documents. Deliberately absent: which labels, and reading them back.

use std::fmt::Write as _;

use super::grid::LabelError;
use super::layout::{Label, Row, placed};
use super::stock::{PAGE, Stock};
use super::text::{escaped, number};

/// Draws one page: at most [`Stock::on_a_page`] labels, the first in the place behind `skipped` ones.
///
/// # Errors
/// If a label does not fit on the stock; nothing of the page is drawn then.
pub fn sheet(stock: &Stock, labels: &[Label], skipped: usize) -> Result<String, LabelError> {
    let (width, height) = PAGE;
    let mut page = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {width} {height}\">\n<style>@page{{size:A4;margin:0}}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    for (place, label) in labels.iter().enumerate() {
        let place = place + skipped;
        let (column, row) = (place % stock.columns, place / stock.columns);
        let x = stock.margin.0 + stock.pitch.0 * number(column);
        let y = stock.margin.1 + stock.pitch.1 * number(row);
        // Writing into a string cannot fail.
        writeln!(page, "<g transform=\"translate({x:.2} {y:.2})\">").unwrap_or_default();
        draw(&mut page, stock, label)?;
        page.push_str("</g>\n");
    }
    page.push_str("</svg>\n");
    Ok(page)
}

fn draw(page: &mut String, stock: &Stock, label: &Label) -> Result<(), LabelError> {
    let layout = placed(label, stock)?;
    if stock.is_cut {
        let (width, height) = stock.label;
        writeln!(
            page,
            "<rect width=\"{width}\" height=\"{height}\" fill=\"none\" stroke=\"#999\" stroke-width=\"0.15\" \
             stroke-dasharray=\"1 1\"/>"
        )
        .unwrap_or_default();
    }
    writeln!(
        page,
        "<path transform=\"translate({:.3} {:.3}) scale({:.5} {:.5})\" shape-rendering=\"crispEdges\" d=\"{}\"/>",
        layout.at.0,
        layout.at.1,
        layout.module,
        layout.tall,
        label.symbol.path()
    )
    .unwrap_or_default();
    for row in &layout.rows {
        words(page, row);
    }
    Ok(())
}

fn words(page: &mut String, row: &Row) {
    let Row { x, y, size, name, .. } = *row;
    let family = if row.is_mono { "monospace" } else { "sans-serif" };
    let weight = if row.is_bold { " font-weight=\"bold\"" } else { "" };
    let anchor = if row.is_middle { " text-anchor=\"middle\"" } else { "" };
    let field = match name {
        "" => String::new(),
        _ => format!("<tspan font-family=\"sans-serif\" font-weight=\"bold\">{name}</tspan> "),
    };
    writeln!(
        page,
        "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size:.2}\" font-family=\"{family}\"{weight}{anchor}>{field}{}</text>",
        escaped(&row.text)
    )
    .unwrap_or_default();
}
