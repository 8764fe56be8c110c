using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsWorker.Tests.Samples;

/// <summary>Tells a test what its functions do, and the functions what to do next.</summary>
public sealed class Probe
{
    /// <summary>A test that waits for what never comes fails instead of hanging.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<string> _notes = Channel.CreateUnbounded<string>();
    private readonly Channel<TimerInfo> _runs = Channel.CreateUnbounded<TimerInfo>();

    /// <summary>What a timer function does once it has told of its run.</summary>
    public Func<CancellationToken, Task> Work { get; set; } = _ => Task.CompletedTask;

    public bool HasRun => _runs.Reader.Count > 0;

    public void Note(string text) => _notes.Writer.TryWrite(text);

    public Task<string> NextNoteAsync() => NextAsync(_notes);

    public Task RunAsync(TimerInfo timer, CancellationToken cancellationToken)
    {
        _runs.Writer.TryWrite(timer);
        return Work(cancellationToken);
    }

    public Task<TimerInfo> NextRunAsync() => NextAsync(_runs);

    private static Task<T> NextAsync<T>(Channel<T> channel) => channel.Reader
        .ReadAsync(TestContext.Current.CancellationToken).AsTask()
        .WaitAsync(Patience, TestContext.Current.CancellationToken);
}
