//! States as the database has them: a word each.

/// Makes an enum whose variants have a word each, in both directions.
macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $state:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$about])* $state,)+
        }

        impl $name {
            /// The word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$state => $word,)+
                }
            }

            /// The state of a word; `None` if no state has it.
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$state),)+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use states;

#[cfg(test)]
mod tests {
    states! {
        /// A door.
        Door {
            /// It is open.
            Open = "OPEN",
            /// It is shut.
            Shut = "SHUT",
        }
    }

    #[test]
    fn a_word_stands_for_a_state() {
        assert_eq!(
            [Door::Open, Door::Shut].map(|door| Door::parse(door.as_str())),
            [Some(Door::Open), Some(Door::Shut)]
        );
        assert_eq!(Door::parse("AJAR"), None);
    }
}
