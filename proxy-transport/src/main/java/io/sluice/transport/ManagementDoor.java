package io.sluice.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sluice.http.RequestHead;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoutes;
import io.sluice.transport.downstream.ManagementHandler;
import io.sluice.transport.exchange.GatewayRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Management on the data listener, for scripts that know one port only. Safe for any thread. */
final class ManagementDoor implements ManagementHandler.Door {

    private final AdminRoutes routes;
    private final Executor workers;
    private final boolean isOpen;

    /**
     * The door.
     *
     * @param workers runs what may block
     * @param isOpen whether the operator has opened it
     */
    ManagementDoor(AdminRoutes routes, Executor workers, boolean isOpen) {
        this.routes = routes;
        this.workers = workers;
        this.isOpen = isOpen;
    }

    @Override
    public boolean covers(String path) {
        return routes.covers(path);
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public void ask(
            GatewayRequest request, boolean isLocal, Consumer<ManagementHandler.Answer> onAnswer) {
        AdminRequest asked = copy(request, isLocal);
        workers.execute(() -> {
            AdminResponse response = routes.handle(asked);
            StringBuilder lines = new StringBuilder();
            response.headers().forEach((name, value) -> lines.append(name + ": " + value + "\r\n"));
            onAnswer.accept(
                    new ManagementHandler.Answer(
                            response.status(),
                            response.contentType(),
                            lines.toString(),
                            response.text()));
        });
    }

    private static AdminRequest copy(GatewayRequest request, boolean isLocal) {
        RequestHead head = request.head();
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < head.headerCount(); i++) {
            fields.putIfAbsent(head.nameText(i).toLowerCase(Locale.ROOT), head.value(i));
        }
        ByteBuf body = request.body();
        String query = head.query();
        return new AdminRequest(
                head.methodText(),
                head.path(),
                query == null ? "" : query,
                fields::get,
                body == null ? new byte[0] : ByteBufUtil.getBytes(body),
                isLocal);
    }
}
