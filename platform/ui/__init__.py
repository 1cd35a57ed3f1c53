"""The look: templates, styles, components and the still-life art. Knows no business noun."""
