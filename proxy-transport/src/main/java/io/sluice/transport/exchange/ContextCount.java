package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.admission.BodyDemand;
import io.sluice.price.Price;
import io.sluice.routing.Target;
import java.util.List;

/** Whether a request is longer than its model reads, by the gateway's own count. */
final class ContextCount {

    /** Text has about four bytes to a token in English, and fewer in most other languages. */
    private static final int BYTES_PER_TOKEN = 4;

    private ContextCount() {}

    /**
     * Whether no target of a call is known to read so much. Media is not counted, whose bytes say
     * nothing of its tokens.
     */
    static boolean isTooLong(RoutedRequest routed) {
        ByteBuf body = routed.request().body();
        if (body == null) {
            return false;
        }
        long tokens = body.readableBytes() / BYTES_PER_TOKEN;
        List<Target> targets = routed.plan().targets();
        boolean isAnyUsable = false;
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            if (target.isUsable()) {
                isAnyUsable = true;
                Price price = target.prices().find(target.modelFor(routed.captured()));
                Long window = price == null ? null : price.contextWindow();
                if (window == null || tokens <= window) {
                    return false;
                }
            }
        }
        return isAnyUsable && !BodyDemand.hasMedia(body);
    }
}
