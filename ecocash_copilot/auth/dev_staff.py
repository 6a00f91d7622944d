"""Demo staff, for the sign-in page in dev. Settings never offer it in prod."""

from schemas.staff import Staff, StaffRole

DEMO_STAFF = {
    each.id: each
    for each in (
        Staff(id="agent-1", name="Tariro Moyo", roles=frozenset({StaffRole.AGENT})),
        Staff(id="agent-2", name="Blessing Ndlovu", roles=frozenset({StaffRole.AGENT})),
        Staff(
            id="supervisor-1",
            name="Farai Chikwanha",
            roles=frozenset({StaffRole.AGENT, StaffRole.SUPERVISOR}),
        ),
        Staff(id="operator-1", name="Nokuthula Sibanda", roles=frozenset({StaffRole.OPERATOR})),
        Staff(id="designer-1", name="Rumbidzai Gumbo", roles=frozenset({StaffRole.DESIGNER})),
    )
}
"""Each role has somebody; the names are made up."""
