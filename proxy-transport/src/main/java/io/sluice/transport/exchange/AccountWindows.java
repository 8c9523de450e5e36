package io.sluice.transport.exchange;

import io.sluice.http.ResponseHead;
import io.sluice.routing.AccountUsage;
import java.util.List;

/** What Anthropic's answers say of the windows of a console's account. */
final class AccountWindows {

    private static final String PREFIX = "anthropic-ratelimit-unified-";
    private static final List<String> WINDOWS = List.of("5h-", "7d-");
    private static final List<String> USED_UP = List.of("rejected", "rate_limited", "overage");

    private AccountWindows() {}

    /** Notes what the head says. */
    static void note(AccountUsage account, ResponseHead head, long nowMillis) {
        for (int i = 0; i < WINDOWS.size(); i++) {
            String window = PREFIX + WINDOWS.get(i);
            account.note(
                    share(value(head, window + "utilization")),
                    resetMillis(value(head, window + "reset")),
                    nowMillis);
        }
        if (USED_UP.contains(value(head, PREFIX + "status"))) {
            account.note(1, resetMillis(value(head, PREFIX + "reset")), nowMillis);
        }
    }

    private static String value(ResponseHead head, String name) {
        int field = head.find(name);
        return field < 0 ? "" : head.value(field).strip();
    }

    private static double share(String text) {
        try {
            return text.isEmpty() ? 0 : Double.parseDouble(text);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /** Resets are told in seconds of the epoch. */
    private static long resetMillis(String text) {
        try {
            return text.isEmpty() ? 0 : Math.multiplyExact(Long.parseLong(text), 1000L);
        } catch (ArithmeticException | NumberFormatException _) {
            return 0;
        }
    }
}
