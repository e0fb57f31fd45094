"""deviceinfo (L607-L646), outbound routes (L1705-L1769) and voice menus."""

from typing import Any

from pbx.simulator.endpoints.base import Call, EndpointContext, listed, needed


def device_info(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Who the PBX is, and its clock."""
    state = context.state
    seconds = int((state.clock.elapsed() - state.started_at).total_seconds())
    hours, rest = divmod(seconds, 3600)
    return {
        "deviceinfo": {
            "devicename": "Yeastar S100 (simulated)",
            "sn": state.serial,
            "hardwarever": "V1.30 0000-0000",
            "firmwarever": "30.15.0.19",
            "systemtime": state.clock.system_time(),
            "uptime": f"{hours:02}:{rest // 60:02}:{rest % 60:02}",
            "extensionstatus": f"{len(state.extensions)}/100",
        }
    }


def outroute_query(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """One, several or all outbound routes."""
    wanted = listed(needed(body, "name"))
    routes = [
        {
            "id": route.id,
            "name": route.name,
            "prefix": f"{route.prefix}.",
            "strip": str(route.strip),
            "prepend": "",
            "trunks": route.trunk,
            "extensions": ",".join(
                each.number
                for each in context.state.extensions.values()
                if route.name in each.routes
            ),
            "extensionsgroup": "",
        }
        for route in context.state.routes.values()
        if wanted == ["all"] or route.name in wanted
    ]
    return {"outroutes": routes}


def ivr_query(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """One, several or all voice menus."""
    wanted = listed(body.get("ivrid") or ",".join(context.state.ivrs))
    return {
        "ivr": [
            {"ivrnumber": number, "ivrname": f"menu{number}", "dialext": "on"}
            for number in context.state.ivrs
            if number in wanted
        ]
    }


CALLS: dict[str, Call] = {
    "deviceinfo/query": device_info,
    "outroute/query": outroute_query,
    "ivr/query": ivr_query,
}
