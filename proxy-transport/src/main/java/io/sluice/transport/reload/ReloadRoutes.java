package io.sluice.transport.reload;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.config.Finding;
import io.sluice.config.SettingsChange;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.transport.admin.Access;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import io.sluice.transport.admin.JsonContent;
import io.sluice.transport.reload.ReloadResult.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The configuration as an administrator changes it while the gateway runs. */
public final class ReloadRoutes {

    private final Reloader reloader;

    public ReloadRoutes(Reloader reloader) {
        this.reloader = reloader;
    }

    public List<AdminRoute> routes() {
        return List.of(
                new AdminRoute(
                        "POST",
                        "/admin/config/reload",
                        Access.ADMIN,
                        "reads the configuration anew; answers with what changed",
                        this::reload),
                new AdminRoute(
                        "GET",
                        "/admin/config/diff",
                        Access.ADMIN,
                        "what the file says differently from what is in force",
                        this::diff),
                new AdminRoute(
                        "GET",
                        "/admin/config/history",
                        Access.ADMIN,
                        "the configurations that were in force last",
                        this::history),
                new AdminRoute(
                        "POST",
                        "/admin/config/rollback",
                        Access.ADMIN,
                        "takes the configuration back: ?to=NUMBER, else to the one before",
                        this::rollBack));
    }

    private AdminResponse history(AdminRequest request, Map<String, String> variables) {
        List<ConfigHistory.Entry> entries = reloader.history();
        return AdminResponse.json(
                200,
                json -> {
                    json.writeArrayFieldStart("history");
                    for (ConfigHistory.Entry entry : entries) {
                        json.writeStartObject();
                        json.writeNumberField("number", entry.number());
                        json.writeStringField("at", entry.at().toString());
                        json.writeStringField("by", entry.author());
                        json.writeStringField("digest", entry.digest());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
    }

    private AdminResponse rollBack(AdminRequest request, Map<String, String> variables) {
        String query = request.query();
        if (!query.isEmpty() && !query.matches("to=[0-9]{1,18}")) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER, "to takes the number of an entry", "to");
        }
        Long number = query.isEmpty() ? null : Long.valueOf(query.substring("to=".length()));
        ReloadResult result = reloader.rollBack(number, "rollback");
        if (result == null) {
            throw new GatewayException(
                    ErrorCode.NOT_FOUND,
                    "no such configuration is kept; see GET /admin/config/history");
        }
        return answer(result);
    }

    private AdminResponse reload(AdminRequest request, Map<String, String> variables) {
        return answer(reloader.reload("api"));
    }

    private AdminResponse diff(AdminRequest request, Map<String, String> variables) {
        List<SettingsChange> changes = reloader.diff();
        return AdminResponse.json(
                200,
                json -> {
                    json.writeNumberField("generation", reloader.generation());
                    write(json, changes);
                });
    }

    private static AdminResponse answer(ReloadResult result) {
        boolean isRefused = result.outcome() == Outcome.REFUSED;
        return AdminResponse.json(
                isRefused ? ErrorCode.CONFIG_INVALID.status() : 200,
                json -> {
                    if (isRefused) {
                        writeError(json, result.reason());
                    }
                    write(json, result);
                });
    }

    private static void writeError(JsonGenerator json, String reason) throws IOException {
        json.writeObjectFieldStart("error");
        json.writeStringField("message", reason);
        json.writeStringField("type", ErrorCode.CONFIG_INVALID.type());
        json.writeNullField("param");
        json.writeStringField("code", ErrorCode.CONFIG_INVALID.wireName());
        json.writeEndObject();
    }

    /** The field that says what became of the last reload. */
    public static JsonContent lastOf(Reloader reloader) {
        return json -> {
            ReloadResult last = reloader.last();
            if (last != null) {
                json.writeObjectFieldStart("last_reload");
                write(json, last);
                json.writeEndObject();
            }
        };
    }

    /**
     * The fields of one result.
     *
     * @throws IOException if they cannot be written
     */
    private static void write(JsonGenerator json, ReloadResult result) throws IOException {
        json.writeStringField("result", result.outcome().word());
        json.writeNumberField("generation", result.generation());
        json.writeStringField("at", result.at().toString());
        json.writeStringField("by", result.author());
        json.writeStringField("reason", result.reason().isEmpty() ? null : result.reason());
        write(json, result.changes());
        json.writeArrayFieldStart("restart_needed");
        for (String path : result.restart()) {
            json.writeString(path);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("findings");
        for (Finding finding : result.findings()) {
            json.writeString(finding.render());
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, List<SettingsChange> changes) throws IOException {
        json.writeArrayFieldStart("changes");
        for (SettingsChange change : changes) {
            json.writeStartObject();
            json.writeStringField("path", change.path());
            json.writeStringField("before", change.before());
            json.writeStringField("after", change.after());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
