//! Which of many places in a row carry their number, where there is no room for all.

/// Places that are counted from 1 and lie side by side.
#[derive(Clone, Copy, Debug)]
pub struct Numbered {
    /// How far apart they lie, pixels.
    pub pitch: f64,
    /// How much of that a number takes, with the gap to the next one.
    pub room: f64,
    /// A place that carries its number in any case.
    pub chosen: Option<usize>,
}

impl Numbered {
    /// Whether a place (from 0) carries its number: every one if they fit, else the round ones, and
    /// the chosen one instead of those it would touch.
    ///
    /// ```
    /// use llm_atlas::ui::views::numbered::Numbered;
    /// let blocks = Numbered { pitch: 8.0, room: 18.0, chosen: Some(8) };
    /// let named: Vec<usize> = (0..30).filter(|i| blocks.names(*i)).map(|i| i + 1).collect();
    /// assert_eq!(named, [1, 5, 9, 15, 20, 25, 30]);
    /// ```
    pub fn names(&self, place: usize) -> bool {
        let touches = |other: usize| self.pitch * (place.abs_diff(other) as f64) < self.room;
        match self.chosen {
            Some(chosen) if chosen == place => return true,
            Some(chosen) if touches(chosen) => return false,
            _ => {}
        }
        let steps = [1, 2, 5, 10, 20, 50];
        let step = steps.into_iter().find(|step| self.fits(*step));
        let step = step.unwrap_or(100);
        (place + 1).is_multiple_of(step) || place == 0 && !touches(step - 1)
    }

    fn fits(&self, step: usize) -> bool {
        self.pitch * step as f64 >= self.room
    }
}
