//! Functions in the sense of the KRM Functions Specification: the list that they are handed, and their results.

mod resource_list;
mod results;

pub use resource_list::{ListEdit, ResourceList};
pub use results::FunctionResult;
