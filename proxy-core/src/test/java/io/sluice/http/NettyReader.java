package io.sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the bytes of a connection with Netty's own decoders: the oracle.
 *
 * <p>Netty leaves off the white space around a reason phrase, so neither reader has it.
 */
final class NettyReader {

    private final EmbeddedChannel channel;
    private final Reading.Draft draft = new Reading.Draft();

    private NettyReader(ChannelHandler decoder) {
        this.channel = new EmbeddedChannel(decoder);
    }

    static Reading requests(byte[] bytes) {
        return new NettyReader(new HttpRequestDecoder(config())).read(bytes);
    }

    static Reading responses(byte[] bytes) {
        return new NettyReader(new HttpResponseDecoder(config())).read(bytes);
    }

    private static HttpDecoderConfig config() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(SluiceReader.Limits.HEAD_BYTES)
                .setMaxHeaderSize(SluiceReader.Limits.HEAD_BYTES)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setAllowDuplicateContentLengths(false)
                .setValidateHeaders(true);
    }

    private Reading read(byte[] bytes) {
        try {
            channel.writeInbound(ByteBufAllocator.DEFAULT.buffer().writeBytes(bytes));
            Object msg = channel.readInbound();
            while (msg != null) {
                try {
                    take(msg);
                } finally {
                    ReferenceCountUtil.release(msg);
                }
                msg = channel.readInbound();
            }
        } catch (RuntimeException e) {
            draft.refuse(e.toString());
        } finally {
            channel.finishAndReleaseAll();
        }
        return draft.finish();
    }

    private void take(Object msg) {
        if (draft.isRefused()) {
            return;
        }
        if (!(msg instanceof DecoderResultProvider decoded)) {
            draft.refuse("bytes of another protocol, after 101");
            return;
        }
        if (decoded.decoderResult().isFailure()) {
            draft.refuse(String.valueOf(decoded.decoderResult().cause()));
            return;
        }
        if (msg instanceof HttpMessage message) {
            draft.begin(startLine(message), headers(message), HttpUtil.isKeepAlive(message));
        }
        if (msg instanceof HttpContent content) {
            draft.append(content.content().toString(ISO_8859_1));
        }
        if (msg instanceof LastHttpContent) {
            draft.end();
        }
    }

    private static String startLine(HttpMessage message) {
        return switch (message) {
            case HttpRequest request ->
                    request.method() + " " + request.uri() + " " + request.protocolVersion();
            case HttpResponse response ->
                    (response.protocolVersion() + " " + response.status()).strip();
            default -> throw new IllegalArgumentException(message.toString());
        };
    }

    private static List<String> headers(HttpMessage message) {
        List<String> headers = new ArrayList<>();
        message.headers()
                .iteratorAsString()
                .forEachRemaining(
                        header -> headers.add(header.getKey() + ": " + header.getValue()));
        return headers;
    }
}
