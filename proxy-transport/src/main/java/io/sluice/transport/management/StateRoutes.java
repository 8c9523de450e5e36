package io.sluice.transport.management;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.health.HealthArchive;
import io.sluice.health.SavedHealth;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands out and takes in what is known of the health of targets. */
public final class StateRoutes {

    private final TargetTable table;
    private final Runnable onChange;

    /**
     * The routes of one gateway.
     *
     * @param onChange is told when something was taken in
     */
    public StateRoutes(TargetTable table, Runnable onChange) {
        this.table = table;
        this.onChange = onChange;
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route("GET", "/admin/state", "health of targets and keys", this::save),
                Answers.route(
                        "POST", "/admin/state", "takes up what GET has given", this::restore));
    }

    private HealthArchive archive() {
        return new HealthArchive(table.healths(), table.now(), table.clock().millis());
    }

    private AdminResponse save(AdminRequest request, Map<String, String> names) {
        return new AdminResponse(
                200,
                "application/json",
                Map.of(),
                HealthDocument.write(archive().save(), table.clock().millis()));
    }

    private AdminResponse restore(AdminRequest request, Map<String, String> names) {
        List<SavedHealth> saved;
        try {
            saved = HealthDocument.read(request.body());
        } catch (IOException e) {
            throw new GatewayException(ErrorCode.INVALID_PARAMETER, String.valueOf(e.getMessage()));
        }
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        int restored = archive().restore(saved);
        onChange.run();
        out.put("restored", restored);
        out.put("unknown", saved.size() - restored);
        return Answers.ok(out);
    }
}
