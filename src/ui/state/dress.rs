//! How the page looks to who looks at it: theme and type size.

/// Light, dark, or what the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them, in the order in which the button goes through them.
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// `system`, `light` or `dark`, as in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The one the button leads to.
    pub fn next(self) -> Self {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }
}

/// Size of all type: at a desk, in a room, in a hall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TypeSize {
    /// 1
    #[default]
    Desk,
    /// 1.25
    Room,
    /// 1.5
    Hall,
}

impl TypeSize {
    /// All of them, smallest first.
    pub const ALL: [TypeSize; 3] = [TypeSize::Desk, TypeSize::Room, TypeSize::Hall];

    /// The factor as text, as in the URL.
    pub fn name(self) -> &'static str {
        match self {
            TypeSize::Desk => "1",
            TypeSize::Room => "1.25",
            TypeSize::Hall => "1.5",
        }
    }

    /// Factor on all type sizes.
    pub fn factor(self) -> f64 {
        match self {
            TypeSize::Desk => 1.0,
            TypeSize::Room => 1.25,
            TypeSize::Hall => 1.5,
        }
    }

    /// The one the button leads to.
    pub fn next(self) -> Self {
        match self {
            TypeSize::Desk => TypeSize::Room,
            TypeSize::Room => TypeSize::Hall,
            TypeSize::Hall => TypeSize::Desk,
        }
    }
}
