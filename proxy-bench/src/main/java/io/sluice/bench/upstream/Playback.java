package io.sluice.bench.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One script being played to one connection. Confined to the event loop of its channel. */
final class Playback {

    /*
     * Each step is flushed by itself, so that what the script holds apart stays apart on the wire.
     * A step is taken only while the channel is writable: an answer of any size needs no more
     * memory than the high watermark and one step. After some steps the loop is left to others.
     *
     * The books are written before the bytes they speak of are flushed, the end of the answer
     * included: whoever has read an answer finds it in the books.
     */

    private static final int STEPS_IN_A_ROW = 64;

    private final ChannelHandlerContext ctx;
    private final Script script;
    private final Books books;
    private final @Nullable String requestId;
    private final boolean keepAlive;
    private final Runnable onEnd;

    private State state = State.WAITING;
    private boolean headSent;

    private enum State {
        PLAYING,
        /** For a time, or for its turn. */
        WAITING,
        /** For the reader. */
        BLOCKED,
        ENDED
    }

    /**
     * A script to be played.
     *
     * @param keepAlive whether the connection may serve another request
     * @param onEnd called when the last bytes are written and the connection stays
     */
    Playback(
            ChannelHandlerContext ctx,
            Script script,
            Books books,
            @Nullable String requestId,
            boolean keepAlive,
            Runnable onEnd) {
        this.ctx = ctx;
        this.script = script;
        this.books = books;
        this.requestId = requestId;
        this.keepAlive = keepAlive && !(script.framing() instanceof Script.Framing.Close);
        this.onEnd = onEnd;
    }

    void start() {
        if (script.inputTokens() > 0) {
            books.onBilled(requestId, script.inputTokens(), 0);
        }
        play();
    }

    void onWritable() {
        if (state == State.BLOCKED) {
            play();
        }
    }

    void onClientLeft() {
        if (state != State.ENDED) {
            books.onClientLeft();
            end(false);
        }
    }

    private void play() {
        if (state == State.ENDED) {
            return;
        }
        state = State.PLAYING;
        for (int i = 0; state == State.PLAYING; i++) {
            if (!ctx.channel().isActive()) {
                return;
            }
            if (!ctx.channel().isWritable()) {
                state = State.BLOCKED;
            } else if (i == STEPS_IN_A_ROW) {
                state = State.WAITING;
                ctx.executor().execute(this::play);
            } else if (script.steps().hasNext()) {
                take(script.steps().next());
            } else {
                finish();
            }
        }
    }

    private void take(Step step) {
        switch (step) {
            case Step.Send(ByteBuf bytes, long tokens) -> {
                sendHead();
                bill(tokens);
                ctx.write(new DefaultHttpContent(bytes));
                if (script.steps().hasNext()) {
                    ctx.flush();
                } else {
                    finish();
                }
            }
            case Step.SendRaw(ByteBuf bytes) ->
                    ctx.pipeline().context(HttpServerCodec.class).writeAndFlush(bytes);
            case Step.SendHead() -> {
                sendHead();
                ctx.flush();
            }
            case Step.Wait(long nanos) -> await(nanos);
            case Step.Cut(boolean reset) -> cut(reset);
        }
    }

    private void await(long nanos) {
        state = State.WAITING;
        if (nanos != Long.MAX_VALUE) {
            ctx.executor().schedule(this::play, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void sendHead() {
        if (headSent) {
            return;
        }
        headSent = true;
        books.onAnswer(script.status());
        if (script.kind() == Script.Kind.STREAM) {
            books.onStreamStarted();
        }
        ctx.write(head());
    }

    private HttpResponse head() {
        HttpResponseStatus status = HttpResponseStatus.valueOf(script.status());
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
        head.headers().set(script.headers());
        switch (script.framing()) {
            case Script.Framing.Chunked() ->
                    head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            case Script.Framing.Length(long bytes) ->
                    head.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes);
            case Script.Framing.Close() -> {}
        }
        if (!keepAlive) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return head;
    }

    private void bill(long tokens) {
        if (tokens != 0 && script.kind() != Script.Kind.OTHER) {
            books.onBilled(requestId, 0, tokens);
        }
    }

    private void finish() {
        sendHead();
        LastHttpContent last = new DefaultLastHttpContent();
        last.trailingHeaders().set(script.trailers());
        if (script.kind() != Script.Kind.OTHER) {
            books.onCompleted(requestId);
        }
        end(true);
        if (keepAlive) {
            ctx.writeAndFlush(last);
            onEnd.run();
        } else {
            ctx.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void cut(boolean reset) {
        books.onCut();
        end(false);
        Channel channel = ctx.channel();
        if (reset) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }

    private void end(boolean completed) {
        state = State.ENDED;
        if (headSent && script.kind() == Script.Kind.STREAM) {
            books.onStreamEnded(completed);
        }
    }
}
