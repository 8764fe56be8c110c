using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>Moves content through a pipe: as it is, sealed, or opened again.</summary>
internal static class Frames
{
    private const int CopyLength = SealHeader.DefaultFrameLength;

    public static async Task CopyAsync(
        Stream content,
        ContentDigest digest,
        IProgress<long>? progress,
        PipeWriter writer,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            var memory = writer.GetMemory(CopyLength)[..CopyLength];
            var length = await content.ReadAtLeastAsync(
                memory, CopyLength, throwOnEndOfStream: false, cancellationToken);
            digest.Add(memory.Span[..length]);
            progress?.Report(digest.Length);
            writer.Advance(length);
            if (await IsClosedAsync(writer, cancellationToken) || length < CopyLength)
                return;
        }
    }

    /// <summary>
    /// A frame that is not full is the last; where the content ends with a full one, an empty one follows.
    /// </summary>
    public static async Task SealAsync(
        Stream content, ContentDigest digest, IProgress<long>? progress, byte[] key, string keyId, string name,
        PipeWriter writer, CancellationToken cancellationToken)
    {
        var header = SealHeader.Create(keyId);
        using var cipher = new FrameCipher(key, header, name);
        await writer.WriteAsync(header.Bytes, cancellationToken);
        var full = header.FrameLength - FrameCipher.TagLength;
        var buffer = ArrayPool<byte>.Shared.Rent(full);
        try
        {
            while (true)
            {
                var length = await content.ReadAtLeastAsync(buffer.AsMemory(0, full), full, false, cancellationToken);
                digest.Add(buffer.AsSpan(0, length));
                progress?.Report(digest.Length);
                cipher.Seal(buffer.AsSpan(0, length), writer.GetSpan(length + FrameCipher.TagLength), length < full);
                writer.Advance(length + FrameCipher.TagLength);
                if (await IsClosedAsync(writer, cancellationToken) || length < full)
                    return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Reads what of the header is not in <paramref name="start"/>.</summary>
    public static async Task<SealHeader> ReadHeaderAsync(
        ReadOnlyMemory<byte> start, Stream stored, string name, CancellationToken cancellationToken)
    {
        var bytes = new byte[SealHeader.LengthOf(start.Span, name)];
        start.CopyTo(bytes);
        var rest = bytes.AsMemory(start.Length);
        if (await stored.ReadAtLeastAsync(
            rest, rest.Length, throwOnEndOfStream: false, cancellationToken) < rest.Length)
        {
            throw Damaged(name, "it is cut within its header");
        }

        return SealHeader.Parse(bytes, name);
    }

    public static async Task OpenAsync(
        Stream stored, SealHeader header, byte[] key, string name, ContentDigest digest,
        PipeWriter writer, CancellationToken cancellationToken)
    {
        using var cipher = new FrameCipher(key, header, name);
        var full = header.FrameLength;
        var buffer = ArrayPool<byte>.Shared.Rent(full);
        try
        {
            while (true)
            {
                var length = await stored.ReadAtLeastAsync(buffer.AsMemory(0, full), full, false, cancellationToken);
                digest.Add(OpenFrame(cipher, buffer.AsSpan(0, length), length < full, name, writer));
                if (await IsClosedAsync(writer, cancellationToken) || length < full)
                    return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static BackupStoreException Damaged(string name, string how, Exception? cause = null) =>
        new(BackupStoreFailure.Damaged, $"{name} is damaged: {how}.", cause);

    private static Span<byte> OpenFrame(
        FrameCipher cipher, Span<byte> frame, bool isLast, string name, PipeWriter writer)
    {
        if (frame.Length < FrameCipher.TagLength)
            throw Damaged(name, "it is cut short");

        var length = frame.Length - FrameCipher.TagLength;
        var content = writer.GetSpan(Math.Max(length, 1))[..length];
        try
        {
            cipher.Open(frame, content, isLast);
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw Damaged(name, "a part of it was changed, moved or cut off", exception);
        }

        writer.Advance(length);
        return content;
    }

    private static async ValueTask<bool> IsClosedAsync(PipeWriter writer, CancellationToken cancellationToken) =>
        (await writer.FlushAsync(cancellationToken)).IsCompleted;
}
