using System.Buffers;
using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// A blob that is read by ranges, the next few of which are on their way while one is read: a single connection gives a
/// part of what the network can. The client resumes where a connection breaks; what it can't mend is told as a store
/// does.
/// </summary>
internal sealed class BlobReadStream : ReadOnlyStream
{
    internal const int RangeBytes = 4 * 1024 * 1024;
    private const int Ahead = 4;

    private readonly BlobBaseClient blob;
    private readonly string name;
    private readonly long length;
    private readonly BlobRequestConditions? conditions;
    private readonly Queue<Task<Range>> coming = new();
    private readonly CancellationTokenSource stop = new();
    private Range current;
    private int position;
    private long asked;

    private BlobReadStream(BlobBaseClient blob, string name, Range first, BlobDownloadDetails? details)
    {
        (this.blob, this.name, current, asked) = (blob, name, first, first.Length);
        length = details is null ? 0 : LengthOf(details);
        // A blob of lines may grow meanwhile, and what was there stays; any other must stay as it is.
        conditions = details is { BlobType: not BlobType.Append } ? new() { IfMatch = details.ETag } : null;
    }

    /// <exception cref="RequestFailedException">As the client throws it.</exception>
    public static async Task<BlobReadStream> OpenAsync(
        BlobBaseClient blob, string name, CancellationToken cancellationToken)
    {
        try
        {
            var (first, details) = await AskAsync(blob, new HttpRange(0, RangeBytes), null, cancellationToken);
            return new BlobReadStream(blob, name, first, details);
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == BlobErrorCode.InvalidRange)
        {
            // An empty one has no first byte.
            return new BlobReadStream(blob, name, default, null);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        // Who only looks at the start is not sent the rest.
        if (position >= RangeBytes / 2)
            AskAhead();
        if (position == current.Length && !await NextAsync(cancellationToken))
            return 0;

        var count = Math.Min(buffer.Length, current.Length - position);
        current.Bytes.AsMemory(position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(coming).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach (var range in coming.Where(range => range.IsCompletedSuccessfully))
            (await range).Return();
        current.Return();
        current = default;
        stop.Dispose();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && current != default)
            stop.Cancel();
        base.Dispose(disposing);
    }

    private void AskAhead()
    {
        while (coming.Count < Ahead && asked < length)
        {
            var range = new HttpRange(asked, Math.Min(RangeBytes, length - asked));
            asked += range.Length ?? 0;
            coming.Enqueue(Task.Run(async () => (await AskAsync(blob, range, conditions, stop.Token)).Range));
        }
    }

    private async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        AskAhead();
        if (!coming.TryPeek(out var next))
            return false;
        try
        {
            var range = await next.WaitAsync(cancellationToken);
            _ = coming.Dequeue();
            current.Return();
            (current, position) = (range, 0);
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status == 412)
        {
            throw new BackupStoreException(
                BackupStoreFailure.Damaged, $"{name} was replaced or deleted while it was read.", failure);
        }
        catch (Exception exception) when (BlobFailure.IsOne(exception, cancellationToken))
        {
            throw BlobFailure.Of(exception, name);
        }
    }

    private static async Task<(Range Range, BlobDownloadDetails Details)> AskAsync(
        BlobBaseClient blob, HttpRange range, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Range = range, Conditions = conditions };
        var answer = (await blob.DownloadStreamingAsync(options, cancellationToken)).Value;
        var bytes = ArrayPool<byte>.Shared.Rent(RangeBytes);
        try
        {
            await using var content = answer.Content;
            var length = (int)answer.Details.ContentLength;
            await content.ReadExactlyAsync(bytes.AsMemory(0, length), cancellationToken);
            return (new Range(bytes, length), answer.Details);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(bytes);
            throw;
        }
    }

    /// <summary>Of the whole blob: <c>bytes 0-99/1234</c>.</summary>
    private static long LengthOf(BlobDownloadDetails details) => details.ContentRange is { } range
        ? long.Parse(range.AsSpan(range.IndexOf('/', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture)
        : details.ContentLength;

    private readonly record struct Range(byte[]? Bytes, int Length)
    {
        public void Return()
        {
            if (Bytes is not null)
                ArrayPool<byte>.Shared.Return(Bytes);
        }
    }
}
