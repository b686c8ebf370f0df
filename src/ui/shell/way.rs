//! The way through the arithmetic as entries of the browser's history, so that its Back goes up
//! and its Forward down again. One entry per number on the way; the entry's state is its depth.

/// The entries of this visit, by depth; the last one is where the browser is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    entries: Vec<usize>,
    /// A step back was asked for and has not happened yet.
    is_going: bool,
}

/// What has to happen to the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Stay,
    /// A new entry.
    Push,
    /// So many entries back.
    Back(usize),
}

impl Way {
    /// A visit that begins `depth` numbers deep.
    pub fn new(depth: usize) -> Self {
        Way {
            entries: vec![depth],
            is_going: false,
        }
    }

    /// The depth of the entry where the browser is.
    pub fn depth(&self) -> usize {
        self.entries.last().copied().unwrap_or(0)
    }

    /// The page went to a depth by itself.
    pub fn follow(&mut self, depth: usize) -> Step {
        if depth == self.depth() {
            return Step::Stay;
        }
        if depth > self.depth() {
            self.entries.push(depth);
            return Step::Push;
        }
        match self.entries.iter().position(|entry| *entry == depth) {
            Some(place) => {
                let steps = self.entries.len() - 1 - place;
                self.entries.truncate(place + 1);
                self.is_going = true;
                Step::Back(steps)
            }
            None => {
                // No entry of that depth: this one becomes it.
                self.entries.retain(|entry| *entry < depth);
                self.entries.push(depth);
                Step::Stay
            }
        }
    }

    /// The browser went to an entry of a depth. Returns whether a person did it, so that the page
    /// has to follow.
    pub fn arrive(&mut self, depth: usize) -> bool {
        if std::mem::take(&mut self.is_going) {
            self.is_going = depth != self.depth();
            return false;
        }
        self.entries.retain(|entry| *entry < depth);
        self.entries.push(depth);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_deeper_is_an_entry_and_back_leads_up() {
        let mut way = Way::new(0);
        assert_eq!(way.follow(1), Step::Push);
        assert_eq!(way.follow(1), Step::Stay);
        assert_eq!(way.follow(2), Step::Push);
        assert!(way.arrive(1));
        assert_eq!(way.follow(1), Step::Stay);
        assert_eq!(way.follow(2), Step::Push);
    }

    #[test]
    fn going_up_on_the_page_takes_the_entries_back() {
        let mut way = Way::new(0);
        for depth in 1..=3 {
            assert_eq!(way.follow(depth), Step::Push);
        }
        // Twice before the browser has done the first.
        assert_eq!(way.follow(2), Step::Back(1));
        assert_eq!(way.follow(0), Step::Back(2));
        assert!(!way.arrive(2));
        assert!(!way.arrive(0));
        assert!(way.arrive(1), "Forward, by a person");
        assert_eq!(way.depth(), 1);
    }

    #[test]
    fn a_link_into_the_depth_goes_up_without_leaving() {
        let mut way = Way::new(3);
        assert_eq!(way.follow(2), Step::Stay);
        assert_eq!(way.follow(3), Step::Push);
        assert_eq!(way.follow(2), Step::Back(1));
    }

    #[test]
    fn entries_of_before_a_reload_are_believed() {
        let mut way = Way::new(2);
        assert!(way.arrive(1));
        assert!(way.arrive(0));
        assert!(way.arrive(2));
        assert_eq!(way.follow(0), Step::Back(1));
    }
}
