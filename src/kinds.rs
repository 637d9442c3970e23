//! Families of kinds, such as reasons and syntax errors: one table for each family.

/// Defines an enum and a method for each column of its table, which has one entry for each kind.
///
/// A new kind is one entry. An entry that lacks a column does not compile.
macro_rules! kinds {
    (
        $(#[$enum_attribute:meta])*
        pub enum $name:ident {
            $($(#[$column_attribute:meta])* $visibility:vis $column:ident: $type:ty,)+
        }
        $($(#[$attribute:meta])* $kind:ident { $($entry_column:ident: $value:expr,)+ })+
    ) => {
        $(#[$enum_attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$attribute])* $kind,)+
        }

        /// What the table says of one kind.
        struct Entry {
            $($column: $type,)+
        }

        impl $name {
            /// All kinds, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            const TABLE: &'static [Entry] = &[$(Entry { $($entry_column: $value),+ }),+];

            $(
                $(#[$column_attribute])*
                $visibility const fn $column(self) -> $type {
                    // Both lists have the order of the declaration.
                    Self::TABLE[self as usize].$column
                }
            )+
        }
    };
}

pub(crate) use kinds;
