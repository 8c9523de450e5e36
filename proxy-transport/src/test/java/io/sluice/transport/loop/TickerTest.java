package io.sluice.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.telemetry.MetricLimits;
import io.sluice.telemetry.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TickerTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Ticker ticker =
            new Ticker(channel.eventLoop(), new Metrics(1, MetricLimits.DEFAULT).loop(0));
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void tellsEveryMemberTheTime_once() {
        Member a = new Member("a");
        Member b = new Member("b");
        ticker.add(a);
        ticker.add(b);
        ticker.add(a);

        ticker.tick(7);

        assertThat(told).containsExactlyInAnyOrder("a@7", "b@7");
    }

    @Test
    void tellsNobodyWhoHasLeft_norOneWhoNeverCame() {
        Member a = new Member("a");
        Member b = new Member("b");
        ticker.add(a);
        ticker.add(b);
        ticker.remove(a);
        ticker.remove(a);
        ticker.remove(new Member("stranger"));

        ticker.tick(1);

        assertThat(told).containsExactly("b@1");
    }

    @Test
    void letsMembersLeave_whileItTells() {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Member member = new Member("m" + i);
            members.add(member);
            ticker.add(member);
        }
        members.get(4).onTold = () -> ticker.remove(members.get(4));
        members.get(3).onTold =
                () -> {
                    ticker.remove(members.get(2));
                    ticker.remove(members.get(1));
                    ticker.remove(members.get(4));
                };

        ticker.tick(1);
        assertThat(told).containsExactly("m4@1", "m3@1", "m0@1");

        told.clear();
        ticker.tick(2);
        assertThat(told).containsExactly("m3@2", "m0@2");
    }

    @Test
    void letsMembersJoin_whileItTells() {
        Member late = new Member("late");
        Member first = new Member("first");
        first.onTold = () -> ticker.add(late);
        ticker.add(first);

        ticker.tick(1);
        assertThat(told).containsExactly("first@1");

        told.clear();
        ticker.tick(2);
        assertThat(told).containsExactlyInAnyOrder("first@2", "late@2");
    }

    @Test
    void tellsExactlyTheMembers_whoeverComesAndGoes() {
        long seed = 5;
        Random random = new Random(seed);
        List<Member> all = new ArrayList<>();
        List<Member> on = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(new Member("m" + i));
        }
        for (int round = 0; round < 500; round++) {
            Member member = all.get(random.nextInt(all.size()));
            if (on.remove(member)) {
                ticker.remove(member);
            } else {
                on.add(member);
                ticker.add(member);
            }
            told.clear();
            ticker.tick(round);

            int now = round;
            assertThat(told)
                    .as("seed %d, round %d", seed, round)
                    .containsExactlyInAnyOrderElementsOf(
                            on.stream().map(one -> one.name + "@" + now).toList());
        }
    }

    @Test
    void beatsTenTimesASecond_untilStopped() {
        channel.freezeTime();
        ticker.add(new Member("a"));
        ticker.start();
        for (int i = 0; i < 10; i++) {
            beat();
        }
        assertThat(told).hasSize(10);

        ticker.stop();
        beat();
        assertThat(told).hasSize(10);
    }

    private void beat() {
        channel.advanceTimeBy(Ticker.BEAT_NANOS, TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    private final class Member extends Ticking {

        private final String name;
        private Runnable onTold = () -> {};

        Member(String name) {
            this.name = name;
        }

        @Override
        protected void onTick(long nowNanos) {
            told.add(name + "@" + nowNanos);
            onTold.run();
        }
    }
}
