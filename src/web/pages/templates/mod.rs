//! What messages say: the list, the editor, and what a text costs.

pub mod editor;
pub mod text_bill;
