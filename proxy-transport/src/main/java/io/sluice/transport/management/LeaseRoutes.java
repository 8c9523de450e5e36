package io.sluice.transport.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.store.LeaseRepository;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The slices of hard budgets that processes have taken, and those of processes that are gone. */
public final class LeaseRoutes {

    private static final int PAGE = 100;
    private static final int PICO_DIGITS = 12;
    private static final String OPEN = "open";

    private final LeaseRepository leases;
    private final InstantSource clock;

    public LeaseRoutes(LeaseRepository leases, InstantSource clock) {
        this.leases = leases;
        this.clock = clock;
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route(
                        "GET",
                        "/budget/leases",
                        "slices of hard budgets: ?owner=, ?all=true, ?size=, ?after=",
                        this::list),
                Answers.route(
                        "POST",
                        "/budget/write-off",
                        "ends the expired slices of a process that is gone: {owner}",
                        this::writeOff));
    }

    private AdminResponse list(AdminRequest request, Map<String, String> names) {
        Query query = Query.of(request);
        int size = query.number("size", PAGE, 1, LeaseRepository.MAX_ROWS);
        List<LeaseRepository.Listed> found =
                leases.list(
                        query.text("owner"),
                        !query.isTrue("all"),
                        place(query.text("after")),
                        size);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("leases", found.stream().map(this::json).toList());
        answer.put("next", found.size() < size ? null : text(found.getLast()));
        return Answers.ok(answer);
    }

    /** The place of a lease as callers give it back: of six texts none of which has a line end. */
    private static String text(LeaseRepository.Listed lease) {
        LeaseRepository.Name name = lease.name();
        String place =
                String.join(
                        "\n",
                        lease.owner(),
                        name.dimension(),
                        name.id(),
                        name.scope(),
                        name.currency(),
                        Long.toString(name.startMillis()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(UTF_8));
    }

    private static LeaseRepository.@Nullable Place place(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), UTF_8).split("\n", -1);
            if (parts.length == 6) {
                return new LeaseRepository.Place(
                        parts[0],
                        new LeaseRepository.Name(
                                parts[1], parts[2], parts[3], parts[4], Long.parseLong(parts[5])));
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw Body.wrong("after", "what an earlier page has named as next");
    }

    private AdminResponse writeOff(AdminRequest request, Map<String, String> names) {
        String owner = Body.of(request).needText("owner");
        int written = leases.writeOff(owner, clock.millis());
        List<LeaseRepository.Listed> left =
                leases.list(owner, true, null, LeaseRepository.MAX_ROWS);
        if (written == 0 && left.isEmpty()) {
            throw Answers.notFound("open lease of", owner);
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("owner", owner);
        answer.put("written_off", written);
        answer.put("not_expired", left.size());
        return Answers.ok(answer);
    }

    private Map<String, @Nullable Object> json(LeaseRepository.Listed lease) {
        boolean isExpired = lease.state().equals(OPEN) && lease.expiresMillis() < clock.millis();
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("level", lease.name().dimension());
        out.put("id", lease.name().id());
        out.put("budget", lease.name().scope());
        out.put("owner", lease.owner());
        out.put("epoch", lease.epoch());
        out.put("granted", amount(lease.grantedPicos()));
        out.put("booked", amount(lease.spentPicos()));
        out.put("currency", lease.name().currency());
        out.put("window_start", Times.text(Instant.ofEpochMilli(lease.name().startMillis())));
        out.put("expires_at", Times.text(Instant.ofEpochMilli(lease.expiresMillis())));
        out.put("state", isExpired ? "expired" : lease.state());
        return out;
    }

    private static BigDecimal amount(long picos) {
        return BigDecimal.valueOf(picos, PICO_DIGITS);
    }
}
