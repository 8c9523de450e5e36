package io.sluice.transport.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.transport.logging.LogLevels;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The levels of the gateway's own log, by package, while it runs. */
public final class LoggingRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(LoggingRoutes.class);

    private final LogLevels levels;

    public LoggingRoutes(LogLevels levels) {
        this.levels = levels;
    }

    public List<AdminRoute> routes() {
        return List.of(
                new AdminRoute(
                        "GET", "/logging", Access.ADMIN, "levels by package", this::answerAll),
                new AdminRoute(
                        "PUT",
                        "/logging/{package}",
                        Access.ADMIN,
                        "sets a level: {\"level\": \"debug\"}",
                        this::set),
                new AdminRoute(
                        "DELETE",
                        "/logging/{package}",
                        Access.ADMIN,
                        "takes a level back to the configured one",
                        this::reset));
    }

    private AdminResponse answerAll(AdminRequest request, Map<String, String> variables) {
        return AdminResponse.json(200, this::write);
    }

    private AdminResponse set(AdminRequest request, Map<String, String> variables) {
        String name = name(variables);
        String level = Json.onlyText(request.body(), "level");
        try {
            levels.set(name, level);
        } catch (IllegalArgumentException e) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER, String.valueOf(e.getMessage()), "level");
        }
        LOG.atInfo().addKeyValue("package", name).addKeyValue("to", level).log("level changed");
        return AdminResponse.json(200, this::write);
    }

    private AdminResponse reset(AdminRequest request, Map<String, String> variables) {
        String name = name(variables);
        if (levels.reset(name)) {
            LOG.atInfo().addKeyValue("package", name).log("level taken back");
        }
        return AdminResponse.json(200, this::write);
    }

    private void write(JsonGenerator json) throws IOException {
        writeLevels(json, "levels", levels.levels());
        writeLevels(json, "changed", levels.changed());
    }

    private static void writeLevels(JsonGenerator json, String field, Map<String, String> levels)
            throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, String> level : levels.entrySet()) {
            json.writeStringField(level.getKey(), level.getValue());
        }
        json.writeEndObject();
    }

    private static String name(Map<String, String> variables) {
        return variables.getOrDefault("package", LogLevels.ROOT);
    }
}
