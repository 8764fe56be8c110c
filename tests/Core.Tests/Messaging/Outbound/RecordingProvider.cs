using System.Collections.Concurrent;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>A provider in this process: it writes down what it is handed, and answers what it is told to.</summary>
internal sealed class RecordingProvider(string name = "twilio") : ITextProvider
{
    private int count;

    public string Name => name;

    public ConcurrentQueue<OutgoingText> Texts { get; } = [];

    public Func<OutgoingText, Task<SendOutcome>>? Answer { get; set; }

    public IEnumerable<TextClass> Classes => Texts.Select(text => text.Class);

    public SendOutcome Accept() => new SendOutcome.Accepted($"{name}-{Interlocked.Increment(ref count)}", "queued");

    public void Refuse(string code) => Answer = _ => Task.FromResult<SendOutcome>(new SendOutcome.Refused(code));

    public async Task<SendOutcome> SendAsync(OutgoingText text, CancellationToken cancellationToken)
    {
        Texts.Enqueue(text);
        return Answer is null ? Accept() : await Answer(text).WaitAsync(cancellationToken);
    }

    public Task<LookOutcome> LookAsync(SentText text, CancellationToken cancellationToken) =>
        throw new NotSupportedException("nobody looks here");
}
