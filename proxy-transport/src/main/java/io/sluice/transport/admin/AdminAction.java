package io.sluice.transport.admin;

import java.util.Map;

/** Answers one management route. May block; runs on a virtual thread. */
@FunctionalInterface
public interface AdminAction {

    /**
     * The answer to {@code request}.
     *
     * @param variables the path's segments that stand where the route has {@code {name}}, decoded
     * @throws io.sluice.error.GatewayException for what the caller has to know
     */
    AdminResponse answer(AdminRequest request, Map<String, String> variables);
}
