"""Pure components: values and handlers in, markup out."""
