//! One symbol as a picture of its own.
//!
//! Every symbol keeps its quiet zone. Deliberately absent: what the text means, and sheets.

use super::grid::{Form, Grid};

/// Rows of a strip of bars that stands alone, in modules.
const STRIP: usize = 30;

/// A symbol as SVG: black on white, one unit a module.
#[must_use]
pub fn symbol(grid: &Grid) -> String {
    let width = grid.full_width();
    let bars = grid.form() == Form::Code128;
    let height = if bars { STRIP } else { grid.height() + 2 * grid.form().quiet() };
    let stretched = if bars { format!(" transform=\"scale(1 {STRIP})\"") } else { String::new() };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/><path{stretched} d=\"{}\"/></svg>\n",
        grid.path()
    )
}

#[cfg(test)]
mod tests {
    use super::{Form, Grid, symbol};

    #[test]
    fn a_symbol_has_its_quiet_zone() {
        let drawn = symbol(&Grid::of(Form::Qr, "!CMD:OUT").unwrap());
        assert!(drawn.contains("viewBox=\"0 0 29 29\"") && drawn.contains("<path d=\"M4 4h7v1"), "{drawn}");
        let drawn = symbol(&Grid::of(Form::Code128, "AT-1").unwrap());
        assert!(drawn.contains("viewBox=\"0 0 99 30\"") && drawn.contains("scale(1 30)\" d=\"M10 0h2v1"), "{drawn}");
    }
}
