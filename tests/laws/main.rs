//! Laws that hold for every input, on generated ones and on the corpus, models of the documented
//! rules, and the differential against another parser. `PROPTEST_CASES` sets how many cases a
//! property has.

mod agreement;
mod annotated_csv;
mod bodies;
mod cases;
mod chunks;
mod core3;
mod corpus;
mod differential;
mod fixes;
mod floats;
mod line_protocol;
mod random;
mod rules;
mod servers;
mod shared;
mod validation;
