package io.sluice.transport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.netty.channel.ChannelHandler;
import io.sluice.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shape of the code, as far as a machine can see it. */
class ArchitectureTest {

    /*
     * The tables are the specification: a package may use those named behind it and no other. A new
     * package gets a line here, and a new word in a line is a decision, not a detail.
     */

    private static final String ROOT = "io.sluice.";

    private static final Map<String, String> CORE =
            table(
                    """
                    error:
                    config:
                    http:
                    json:
                    sse:       json
                    framing:   json
                    aws:       config
                    message:   json sse error
                    provider:  framing message json sse error
                    provider.openai:    message json sse error
                    provider.anthropic: message json sse error
                    provider.gemini:    message json sse error
                    provider.responses: message json sse error
                    provider.bedrock:   message json sse error
                    provider.cohere:    message json sse error
                    provider.ollama:    message json sse error
                    translate: provider.openai provider.anthropic provider.gemini \
                    provider.responses provider.bedrock provider.cohere provider.ollama message json sse error
                    auth:      message http error config
                    usage:     message json sse config
                    price:     usage config
                    ledger:    usage price config
                    admission: price usage message json error config
                    store:     ledger auth error usage price config
                    health:    error config
                    routing:   health auth provider message json usage error config price
                    telemetry: message usage error price ledger
                    """);

    /** Each of these may use core as well. */
    private static final Map<String, String> TRANSPORT =
            table(
                    """
                    transport.loop:
                    transport.logging:
                    transport.http2:
                    transport.upstream:   transport.loop transport.http2
                    transport.exchange:   transport.upstream transport.loop
                    transport.downstream: transport.exchange transport.loop transport.http2
                    transport.admin:      transport.logging
                    transport.management: transport.admin
                    transport.redis:
                    transport.reload:     transport.admin
                    transport:            transport.management transport.downstream transport.exchange \
                    transport.upstream transport.loop transport.admin transport.logging transport.redis \
                    transport.reload
                    transport.cli:        transport transport.management transport.reload
                    """);

    /** No two threads ever wait for each other here. */
    private static final List<String> LOCK_FREE =
            List.of(
                    "http",
                    "json",
                    "sse",
                    "framing",
                    "aws",
                    "message",
                    "provider.openai",
                    "provider.anthropic",
                    "provider.gemini",
                    "provider.responses",
                    "provider.bedrock",
                    "provider.cohere",
                    "provider.ollama",
                    "translate",
                    "usage",
                    "health",
                    "routing",
                    "transport.http2",
                    "transport.upstream",
                    "transport.exchange",
                    "transport.downstream");

    /** Who has a lock there all the same: tokens are fetched by threads that may wait. */
    private static final Set<String> MAY_WAIT =
            Set.of("io.sluice.transport.upstream.CloudCredentials");

    /** Who reads a clock of its own: the thread that stops the gateway, which has no event loop. */
    private static final Set<String> READS_THE_CLOCK = Set.of(GatewayServer.class.getName());

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(location ->
                            location.contains(home(ErrorCode.class))
                                    || location.contains(home(GatewayServer.class)))
                    .importPackages("io.sluice");

    @Test
    void hasNoCycles() {
        check(slices().matching("io.sluice.(**)").should().beFreeOfCycles());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void usesOnlyWhatItMay(String name) {
        String used = CORE.containsKey(name) ? CORE.get(name) : TRANSPORT.get(name);
        assertThat(used).as("a line for " + name).isNotNull();
        Set<String> allowed = new TreeSet<>(List.of(used.split(" ")));
        allowed.add(name);
        if (TRANSPORT.containsKey(name)) {
            allowed.addAll(CORE.keySet());
        }

        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + name)
                        .should()
                        .dependOnClassesThat(
                                DescribedPredicate.describe(
                                        "are in none of " + allowed,
                                        other ->
                                                other.getPackageName().startsWith(ROOT)
                                                        && !allowed.contains(room(other))))
                        .allowEmptyShould(false));
    }

    @Test
    void hasARoomForEveryLine() {
        assertThat(Stream.concat(CORE.keySet().stream(), TRANSPORT.keySet().stream()))
                .isSubsetOf(packages().toList());
    }

    @Test
    void knowsBytesButNoChannels_inCore() {
        check(
                noClasses()
                        .that(areInCore())
                        .should()
                        .dependOnClassesThat(
                                DescribedPredicate.describe(
                                        "are Netty's, other than buffers and what they stand on",
                                        used ->
                                                used.getPackageName().startsWith("io.netty.")
                                                        && !used.getPackageName()
                                                                .startsWith("io.netty.buffer")
                                                        && !used.getPackageName()
                                                                .startsWith("io.netty.util"))));
    }

    @Test
    void callsHandlersWhatHandlesForNetty() {
        check(
                classes()
                        .that()
                        .haveSimpleNameEndingWith("Handler")
                        .should()
                        .beAssignableTo(ChannelHandler.class));
    }

    @Test
    void hasNoNamesThatSayNothing() {
        check(
                noClasses()
                        .should()
                        .haveNameMatching(
                                ".*(Manager|Helper|Utils?|Service|Impl|Info|Data|Processor)"
                                        + "(\\$.*)?"));
        check(noClasses().should().haveNameMatching(".*\\.(Abstract|Base)[A-Z].*"));
    }

    @Test
    void neverSleeps() {
        check(
                noClasses()
                        .should()
                        .callMethodWhere(
                                DescribedPredicate.describe(
                                        "Thread.sleep",
                                        call ->
                                                call.getTarget()
                                                        .getFullName()
                                                        .startsWith("java.lang.Thread.sleep("))));
    }

    @Test
    void isToldTheTime() {
        check(
                noClasses()
                        .that(
                                DescribedPredicate.describe(
                                        "have no reason to look at a clock",
                                        one -> !READS_THE_CLOCK.contains(one.getName())))
                        .should()
                        .callMethod(System.class, "nanoTime"));
    }

    @Test
    void logsThroughOneDoor() {
        check(
                noClasses()
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "java.util.logging..",
                                "org.apache.commons.logging..",
                                "org.apache.log4j..",
                                "org.apache.logging.."));
        check(
                noClasses()
                        .that(areInCore())
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.slf4j..", "ch.qos.logback.."));
    }

    @Test
    void hasNoLocks_onTheCallPath() throws IOException {
        check(
                noClasses()
                        .that(areIn(LOCK_FREE))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("java.util.concurrent.locks.."));
        List<String> found = new ArrayList<>();
        for (JavaClass one : CLASSES.that(areIn(LOCK_FREE))) {
            if (!MAY_WAIT.contains(one.getName())) {
                found.addAll(monitors(one));
            }
        }
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void saysInOneSentenceWhatAPackageIs_andThatNullIsMarked(String name) {
        assertThat(CLASSES.getPackage(ROOT + name).tryGetAnnotationOfType(NullMarked.class))
                .as("NullMarked in package-info of " + name)
                .isPresent();
    }

    static Stream<String> packages() {
        return CLASSES.stream().map(ArchitectureTest::room).distinct().sorted();
    }

    private static List<String> monitors(JavaClass one) throws IOException {
        List<String> found = new ArrayList<>();
        try (InputStream in = one.getSource().orElseThrow().getUri().toURL().openStream()) {
            for (MethodModel method : ClassFile.of().parse(in.readAllBytes()).methods()) {
                boolean enters =
                        method.code().stream()
                                .flatMap(CodeModel::elementStream)
                                .anyMatch(MonitorInstruction.class::isInstance);
                if (enters || method.flags().has(AccessFlag.SYNCHRONIZED)) {
                    found.add(one.getName() + "." + method.methodName().stringValue());
                }
            }
        }
        return found;
    }

    private static DescribedPredicate<JavaClass> areInCore() {
        return DescribedPredicate.describe("are in core", one -> CORE.containsKey(room(one)));
    }

    private static DescribedPredicate<JavaClass> areIn(List<String> rooms) {
        return DescribedPredicate.describe("are in " + rooms, one -> rooms.contains(room(one)));
    }

    private static String room(JavaClass one) {
        return one.getPackageName().substring(ROOT.length());
    }

    /** The folder or archive that a class came in: what ships, and no tests. */
    private static String home(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    private static Map<String, String> table(String text) {
        Map<String, String> table = new HashMap<>();
        text.lines()
                .map(line -> line.split(":", 2))
                .forEach(cell -> table.put(cell[0], cell[1].strip().replaceAll(" +", " ")));
        return table;
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }
}
