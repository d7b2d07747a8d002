"""What a sync would send and receive can be asked before, and is about what then travels."""

from __future__ import annotations

from helpers.team import Team

from sync.client.plan import make_plan


def test_a_plan_tells_about_what_then_travels(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    team.settle()
    for number in range(40):
        omar.add("activity", {"title": f"Coach training {number}", "description": f"Room {number * 31 % 97}"})
    omar.sync()
    for number in range(5):
        lina.add("activity", {"title": f"Visit {number}"})
    plan = make_plan(lina.line, lina, up=1_000.0, down=0.0)
    assert (plan.changes_up, plan.changes_down) == (5, 40)
    assert plan.seconds is not None
    assert plan.seconds >= 1
    # Asking moves nothing.
    assert lina.run(lambda replica: sum(state.unsent for state in replica.workspaces.all())) == 5
    receipt = lina.sync()
    assert receipt.pushed == 5
    assert plan.bytes_up / 2 <= receipt.bytes_up <= plan.bytes_up * 3 + 200
    assert plan.bytes_down / 3 <= receipt.bytes_down <= plan.bytes_down * 2 + 200
    after = make_plan(lina.line, lina, up=0.0, down=0.0)
    assert (after.changes_up, after.bytes_up, after.bytes_down, after.seconds) == (0, 0, 0, None)
