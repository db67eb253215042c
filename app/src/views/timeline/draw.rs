//! Drawing the timeline: bars, ticks, the selected stretch, the selected transaction.

use crate::model::format;
use crate::model::timeline::{LETTER, Scale, Window};
use crate::state::{ListState, SettingsState, TimelineState};
use crate::widgets::Surface;
use binlight_engine::timeline::{Bins, Measure, Stack};
use leptos::prelude::*;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters_canvas::CanvasBackend;

/// CSS pixels: the bars, and the ticks below.
pub(super) const HEIGHT: f64 = 90.0;

/// CSS pixels below the bars, for the ticks.
const TICKS: f64 = 18.0;

/// Pixels between two ticks at least.
const APART: f64 = 110.0;

type Area = DrawingArea<CanvasBackend, Shift>;

/// The colours of a theme.
struct Colours {
    text: RGBColor,
    line: RGBColor,
    pale: RGBColor,
    accent: RGBColor,
    panel: RGBColor,
    series: [RGBColor; 8],
}

const LIGHT: Colours = Colours {
    text: RGBColor(87, 100, 108),
    line: RGBColor(213, 218, 222),
    pale: RGBColor(222, 226, 229),
    accent: RGBColor(11, 107, 102),
    panel: RGBColor(255, 255, 255),
    series: [
        RGBColor(62, 148, 92),
        RGBColor(214, 154, 32),
        RGBColor(200, 70, 58),
        RGBColor(122, 84, 170),
        RGBColor(64, 108, 190),
        RGBColor(20, 140, 140),
        RGBColor(190, 90, 150),
        RGBColor(130, 140, 146),
    ],
};

const DARK: Colours = Colours {
    text: RGBColor(155, 173, 182),
    line: RGBColor(52, 61, 67),
    pale: RGBColor(50, 58, 63),
    accent: RGBColor(88, 194, 184),
    panel: RGBColor(27, 33, 37),
    series: [
        RGBColor(98, 190, 128),
        RGBColor(232, 180, 70),
        RGBColor(240, 120, 108),
        RGBColor(180, 145, 230),
        RGBColor(120, 160, 245),
        RGBColor(80, 190, 190),
        RGBColor(230, 140, 195),
        RGBColor(130, 145, 152),
    ],
};

/// The place of a series among the colours. By operation each has its own, "other" is grey.
fn colour(stack: Stack, series: usize, of: usize) -> usize {
    match stack {
        Stack::Operation => series.min(7),
        _ if series + 1 == of => 7,
        // Green, amber and red mean operations: tables and servers begin elsewhere.
        _ => [4, 1, 5, 3, 0, 6, 2][series % 7],
    }
}

/// The class that gives the legend the same colour. The last series by table is the rest.
pub(super) fn class(stack: Stack, series: usize) -> String {
    let of = if stack == Stack::Operation { 5 } else { 8 };
    format!("bi-series-{}", colour(stack, series, of.max(series + 1)))
}

/// What the drawing reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sources {
    pub(super) timeline: TimelineState,
    pub(super) list: ListState,
    pub(super) settings: SettingsState,
}

/// Draws the whole timeline. A canvas that cannot be drawn on stays as it is.
pub(super) fn draw(from: Sources, surface: Surface) {
    let Sources {
        timeline, settings, ..
    } = from;
    let colours = if settings.dark.get() { &DARK } else { &LIGHT };
    let ratio = surface.ratio;
    let area = surface.backend.into_drawing_area();
    let Some((scale, window)) = timeline.in_view() else {
        let _ = area.fill(&colours.panel);
        return;
    };
    let drawing = Drawing {
        from,
        scale,
        window,
        colours,
        ratio,
        width: timeline.width.get(),
    };
    let _ = drawing.draw(&area);
}

struct Drawing {
    from: Sources,
    scale: Scale,
    window: Window,
    colours: &'static Colours,
    ratio: f64,
    width: f64,
}

type Drawn = Result<(), DrawingAreaErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>>;

impl Drawing {
    /// CSS pixels from the left of a value.
    fn x(&self, value: u64) -> f64 {
        (self.scale.to_line(value) - self.window.0) / (self.window.1 - self.window.0) * self.width
    }

    fn px(&self, css: f64) -> i32 {
        (css * self.ratio).round() as i32
    }

    fn draw(&self, area: &Area) -> Drawn {
        area.fill(&self.colours.panel)?;
        self.folds(area)?;
        if let Some(bins) = self.from.timeline.bins.get() {
            self.bars(area, &bins)?;
        }
        self.range(area)?;
        self.ticks(area)?;
        self.marks(area)
    }

    /// A rectangle in CSS pixels.
    fn fill(&self, area: &Area, from: (f64, f64), to: (f64, f64), colour: &impl Color) -> Drawn {
        let corners = [
            (self.px(from.0), self.px(from.1)),
            (self.px(to.0), self.px(to.1)),
        ];
        area.draw(&Rectangle::new(corners, colour.filled()))
    }

    /// Folded gaps are hatched slivers.
    fn folds(&self, area: &Area) -> Drawn {
        for (from, to) in &self.scale.folded {
            let (a, b) = (self.x(*from), self.x(*to));
            if b < 0.0 || a > self.width {
                continue;
            }
            let mut x = a;
            while x < b {
                self.fill(
                    area,
                    (x, 0.0),
                    (x + 1.0, HEIGHT - TICKS),
                    &self.colours.line,
                )?;
                x += 3.0;
            }
        }
        Ok(())
    }

    fn bars(&self, area: &Area, bins: &Bins) -> Drawn {
        let count = bins.edges.len().saturating_sub(1);
        let (low, high) = (
            self.scale.to_value(self.window.0),
            self.scale.to_value(self.window.1),
        );
        let first = bins.edges.partition_point(|e| *e <= low).saturating_sub(1);
        let last = bins.edges.partition_point(|e| *e <= high).min(count);
        let most = bins
            .all
            .get(first..last)
            .unwrap_or(&[])
            .iter()
            .copied()
            .fold(0.0, f64::max);
        if most <= 0.0 {
            return Ok(());
        }
        let floor = HEIGHT - TICKS;
        let log = self.from.timeline.logarithmic.get();
        let high = |amount: f64| {
            let share = if log {
                (1.0 + amount).ln() / (1.0 + most).ln()
            } else {
                amount / most
            };
            share * (floor - 14.0)
        };
        let narrowed = self.from.list.is_narrowed();
        // What was looked for is seen, however little it is.
        let least = if narrowed { 2.0 } else { 0.5 };
        let stack = self.from.timeline.stack.get();
        for i in first..last {
            if bins.all[i] <= 0.0 {
                continue;
            }
            let left = self.x(bins.edges[i]);
            let right = self.x(bins.edges[i + 1]).max(left + 1.0);
            // What is not in the view is pale behind what is.
            if narrowed {
                let top = floor - high(bins.all[i]).max(1.0);
                self.fill(area, (left, top), (right, floor), &self.colours.pale)?;
            }
            let found: f64 = bins.series.iter().map(|(_, values)| values[i]).sum();
            let whole = high(found);
            let mut base = floor;
            for (s, (_, values)) in bins.series.iter().enumerate() {
                if values[i] <= 0.0 {
                    continue;
                }
                let top = base - (whole * values[i] / found).max(least);
                let colour = self.colours.series[colour(stack, s, bins.series.len())];
                self.fill(area, (left, top.max(0.0)), (right, base), &colour)?;
                base = top;
            }
        }
        let text = self.most(most);
        self.text(area, &text, (12.0, 2.0), HPos::Left, VPos::Top)
    }

    /// What the highest bar stands for.
    fn most(&self, most: f64) -> String {
        match self.from.timeline.measure.get() {
            Measure::Rows => format!("{} changes", format::short(most)),
            Measure::Bytes => format::bytes(most as u64),
            Measure::Transactions => format!("{} transactions", format::short(most)),
        }
    }

    /// The selected stretch, and the one being dragged: all else is dimmed.
    fn range(&self, area: &Area) -> Drawn {
        let selected = self
            .from
            .list
            .range
            .get()
            .filter(|(axis, ..)| *axis == self.scale.axis);
        let dragged = self.from.timeline.dragged.get();
        let on_line = |at: f64| (at - self.window.0) / (self.window.1 - self.window.0) * self.width;
        let stretch = dragged
            .map(|(a, b)| (on_line(a.min(b)), on_line(a.max(b))))
            .or(selected.map(|(_, from, to)| (self.x(from), self.x(to))));
        let Some((a, b)) = stretch else { return Ok(()) };
        let floor = HEIGHT - TICKS;
        let veil = self.colours.panel.mix(0.72);
        let (left, right) = (a.clamp(0.0, self.width), b.clamp(0.0, self.width));
        self.fill(area, (0.0, 0.0), (left, floor), &veil)?;
        self.fill(area, (right, 0.0), (self.width, floor), &veil)?;
        for edge in [a, b] {
            if (0.0..=self.width).contains(&edge) {
                self.fill(
                    area,
                    (edge - 0.75, 0.0),
                    (edge + 0.75, floor),
                    &self.colours.accent,
                )?;
            }
        }
        Ok(())
    }

    fn ticks(&self, area: &Area) -> Drawn {
        let floor = HEIGHT - TICKS;
        self.fill(
            area,
            (0.0, floor),
            (self.width, floor + 1.0),
            &self.colours.line,
        )?;
        for tick in self
            .scale
            .ticks(self.window, self.width, APART, self.from.settings.zone())
        {
            self.fill(
                area,
                (tick.x, floor),
                (tick.x + 1.0, floor + 4.0),
                &self.colours.text,
            )?;
            let room = tick.label.len() as f64 * LETTER + 8.0;
            // A label at the end is told to the left of its tick.
            let (x, side) = if tick.x + room > self.width {
                (tick.x - 3.0, HPos::Right)
            } else {
                (tick.x + 3.0, HPos::Left)
            };
            self.text(area, &tick.label, (x, floor + 3.0), side, VPos::Top)?;
        }
        Ok(())
    }

    fn text(&self, area: &Area, text: &str, at: (f64, f64), side: HPos, level: VPos) -> Drawn {
        let size = 11.0 * self.ratio;
        let style = TextStyle::from(("monospace", size).into_font())
            .color(&self.colours.text)
            .pos(Pos::new(side, level));
        area.draw(&Text::new(
            text.to_owned(),
            (self.px(at.0), self.px(at.1)),
            style,
        ))
    }

    /// The selected transaction, and the pointer.
    fn marks(&self, area: &Area) -> Drawn {
        let floor = HEIGHT - TICKS;
        if let Some((from, to)) = self.from.timeline.selected_stretch(self.scale.axis) {
            let (a, b) = (self.x(from), self.x(to));
            if b >= 0.0 && a <= self.width {
                let b = b.max(a + 1.5).min(self.width);
                self.fill(
                    area,
                    (a.max(0.0), 0.0),
                    (b, floor),
                    &self.colours.accent.mix(0.35),
                )?;
                let middle = self.px(f64::midpoint(a.max(0.0), b));
                let (half, high) = (self.px(5.0), self.px(7.0));
                let flag = [(middle - half, 0), (middle + half, 0), (middle, high)];
                area.draw(&Polygon::new(flag, self.colours.accent.filled()))?;
            }
        }
        match self.from.timeline.pointer.get() {
            Some(x) => self.fill(
                area,
                (x, 0.0),
                (x + 1.0, floor),
                &self.colours.text.mix(0.6),
            ),
            None => Ok(()),
        }
    }
}
