using System.IO.Pipelines;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// What a task beside the reader produces, a few frames ahead of it: reading, sealing and sending overlap, in bounded
/// memory. The producer's failure is the reader's, after the last good byte.
/// </summary>
internal sealed class PumpedStream : ReadOnlyStream
{
    private const int AheadBytes = 2 * 1024 * 1024;

    private readonly CancellationTokenSource stop;
    private readonly Stream reader;
    private readonly Task pump;

    /// <param name="produce">Writes everything, or throws; what it opened it closes.</param>
    public PumpedStream(Func<PipeWriter, CancellationToken, Task> produce, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(
            pauseWriterThreshold: AheadBytes, resumeWriterThreshold: AheadBytes / 2, useSynchronizationContext: false));
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        reader = pipe.Reader.AsStream();
        pump = Task.Run(() => PumpAsync(produce, pipe.Writer, stop.Token), CancellationToken.None);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        reader.ReadAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => reader.Read(buffer, offset, count);

    /// <summary>Ends the producer and waits for it, so that nothing is read from its source afterwards.</summary>
    public override async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reader.DisposeAsync();
        await pump;
        stop.Dispose();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !pump.IsCompleted)
        {
            stop.Cancel();
            reader.Dispose();
        }

        base.Dispose(disposing);
    }

    private static async Task PumpAsync(
        Func<PipeWriter, CancellationToken, Task> produce, PipeWriter writer, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await produce(writer, cancellationToken);
        }
        catch (Exception exception)
        {
            // It is thrown to the reader.
            failure = exception;
        }

        await writer.CompleteAsync(failure);
    }
}
