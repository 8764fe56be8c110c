using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>A provider that answers as it is told to.</summary>
internal sealed class AnsweringProvider(
    string name, Func<SentText, LookOutcome>? answer = null, Func<OutgoingText, Task<SendOutcome>>? send = null)
    : ITextProvider
{
    public string Name => name;

    public System.Collections.Concurrent.ConcurrentQueue<SentText> Asked { get; } = [];

    public Task<SendOutcome> SendAsync(OutgoingText text, CancellationToken cancellationToken) =>
        (send ?? throw new InvalidOperationException("nothing is to be sent"))(text);

    public Task<LookOutcome> LookAsync(SentText text, CancellationToken cancellationToken)
    {
        Asked.Enqueue(text);
        return Task.FromResult((answer ?? throw new InvalidOperationException("nothing is to be asked"))(text));
    }
}
