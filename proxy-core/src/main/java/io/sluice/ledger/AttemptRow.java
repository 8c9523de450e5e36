package io.sluice.ledger;

import io.sluice.price.CallCost;
import io.sluice.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said of one attempt when it is published: the fields of a {@link Settlement}, to be set
 * one by one.
 *
 * <p>Reusable: an event loop keeps one and fills it anew with {@link #clear} and the setters. It
 * refers to what it is given and copies nothing, so that filling it allocates nothing. Confined to
 * one thread.
 */
public final class AttemptRow {

    private static final Usage NOTHING_USED = new Usage();

    private long callHigh;
    private long callLow;
    private int attempt;
    private String requestId = "";
    private long admittedMillis;
    private long endedMillis;
    private @Nullable String keyId;
    private @Nullable String keyAlias;
    private @Nullable String userId;
    private @Nullable String teamId;
    private @Nullable String organizationId;
    private @Nullable String projectId;
    private @Nullable String endUser;
    private List<String> tags = List.of();
    private String endpoint = "";
    private @Nullable String modelAsked;
    private @Nullable String modelGroup;
    private @Nullable String modelSent;
    private @Nullable String provider;
    private @Nullable String target;
    private boolean stream;
    private Outcome outcome = Outcome.COMPLETED;
    private int status;
    private @Nullable String errorCode;
    private char party = '-';
    private char phase = '-';
    private Usage usage = NOTHING_USED;
    private CallCost cost = CallCost.UNMEASURED;
    private long firstByteMillis = -1;
    private long totalMillis = -1;
    private long overheadMicros = -1;
    private long requestBytes;
    private long answerBytes;

    /** Forgets everything. */
    public void clear() {
        setId(0, 0, 0);
        requestId = "";
        admittedMillis = 0;
        endedMillis = 0;
        keyId = null;
        keyAlias = null;
        userId = null;
        teamId = null;
        organizationId = null;
        projectId = null;
        endUser = null;
        tags = List.of();
        endpoint = "";
        modelAsked = null;
        modelGroup = null;
        modelSent = null;
        provider = null;
        target = null;
        stream = false;
        outcome = Outcome.COMPLETED;
        status = 0;
        errorCode = null;
        setTermination('-', '-');
        usage = NOTHING_USED;
        cost = CallCost.UNMEASURED;
        setTimes(-1, -1, -1);
        requestBytes = 0;
        answerBytes = 0;
    }

    /** The same three at admission and at settlement. */
    public void setId(long callHigh, long callLow, int attempt) {
        this.callHigh = callHigh;
        this.callLow = callLow;
        this.attempt = attempt;
    }

    public void setRequestId(String requestId) {
        this.requestId = requestId;
    }

    /**
     * When the attempt was admitted, in milliseconds of the epoch: the same at settlement, since
     * the row's day is taken from it.
     */
    public void setAdmittedMillis(long millis) {
        admittedMillis = millis;
    }

    /** When it was settled, in milliseconds of the epoch. */
    public void setEndedMillis(long millis) {
        endedMillis = millis;
    }

    public void setKey(@Nullable String id, @Nullable String alias) {
        keyId = id;
        keyAlias = alias;
    }

    /** Whom the key belongs to. */
    public void setOwner(
            @Nullable String user,
            @Nullable String team,
            @Nullable String organization,
            @Nullable String project) {
        userId = user;
        teamId = team;
        organizationId = organization;
        projectId = project;
    }

    public void setEndUser(@Nullable String endUser) {
        this.endUser = endUser;
    }

    /** No duplicates; a list that can be read by index without allocating. */
    public void setTags(List<String> tags) {
        this.tags = tags;
    }

    public void setEndpoint(String name, boolean isStream) {
        endpoint = name;
        stream = isStream;
    }

    public void setModels(@Nullable String asked, @Nullable String sent) {
        modelAsked = asked;
        modelSent = sent;
    }

    /** The name under which the model asked for was found; {@code null} where it is that model. */
    public void setModelGroup(@Nullable String group) {
        modelGroup = group;
    }

    public void setTarget(@Nullable String provider, @Nullable String target) {
        this.provider = provider;
        this.target = target;
    }

    public void setOutcome(Outcome outcome) {
        this.outcome = outcome;
    }

    public void setStatus(int status, @Nullable String errorCode) {
        this.status = status;
        this.errorCode = errorCode;
    }

    /** Who ended it and where: a letter of ASCII each. */
    public void setTermination(char party, char phase) {
        this.party = party;
        this.phase = phase;
    }

    /** What it used; at admission the estimate, or nothing. */
    public void setUsage(Usage usage) {
        this.usage = usage;
    }

    /** What it cost; at admission the estimate that is charged should the process end. */
    public void setCost(CallCost cost) {
        this.cost = cost;
    }

    /** As in {@link Settlement.Times}; -1 for what did not happen. */
    public void setTimes(long firstByteMillis, long totalMillis, long overheadMicros) {
        this.firstByteMillis = firstByteMillis;
        this.totalMillis = totalMillis;
        this.overheadMicros = overheadMicros;
    }

    public void setBytes(long requestBytes, long answerBytes) {
        this.requestBytes = requestBytes;
        this.answerBytes = answerBytes;
    }

    long callHigh() {
        return callHigh;
    }

    long callLow() {
        return callLow;
    }

    int attempt() {
        return attempt;
    }

    String requestId() {
        return requestId;
    }

    long admittedMillis() {
        return admittedMillis;
    }

    long endedMillis() {
        return endedMillis;
    }

    @Nullable String keyId() {
        return keyId;
    }

    @Nullable String keyAlias() {
        return keyAlias;
    }

    @Nullable String userId() {
        return userId;
    }

    @Nullable String teamId() {
        return teamId;
    }

    @Nullable String organizationId() {
        return organizationId;
    }

    @Nullable String projectId() {
        return projectId;
    }

    @Nullable String endUser() {
        return endUser;
    }

    List<String> tags() {
        return tags;
    }

    String endpoint() {
        return endpoint;
    }

    @Nullable String modelAsked() {
        return modelAsked;
    }

    @Nullable String modelGroup() {
        return modelGroup;
    }

    @Nullable String modelSent() {
        return modelSent;
    }

    @Nullable String provider() {
        return provider;
    }

    @Nullable String target() {
        return target;
    }

    boolean stream() {
        return stream;
    }

    Outcome outcome() {
        return outcome;
    }

    int status() {
        return status;
    }

    @Nullable String errorCode() {
        return errorCode;
    }

    char party() {
        return party;
    }

    char phase() {
        return phase;
    }

    Usage usage() {
        return usage;
    }

    CallCost cost() {
        return cost;
    }

    long firstByteMillis() {
        return firstByteMillis;
    }

    long totalMillis() {
        return totalMillis;
    }

    long overheadMicros() {
        return overheadMicros;
    }

    long requestBytes() {
        return requestBytes;
    }

    long answerBytes() {
        return answerBytes;
    }
}
