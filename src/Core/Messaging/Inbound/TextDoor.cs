using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Messaging.CrisisScreens;
using RecoveryOS.Core.Messaging.Replies;
using RecoveryOS.Core.Messaging.Spools;

namespace RecoveryOS.Core.Messaging.Inbound;

/// <summary>
/// Where texts come in: into the inbox, or, while the database is away, into the spool. What it answers is kept either
/// way.
/// </summary>
public sealed partial class TextDoor(Inbox inbox, Spool spool, TimeProvider time, ILogger<TextDoor> logger)
{
    /// <exception cref="NpgsqlException">
    /// The database is away and there is no spool: the provider must try again.
    /// </exception>
    /// <exception cref="TimeoutException">As above.</exception>
    /// <exception cref="SpoolUnavailableException">
    /// The database is away and the spool's disk refuses: as above.
    /// </exception>
    public async Task<InboxResult> ReceiveAsync(InboundText text, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var result = spool.HasFrom(text.From)
            ? Keep(text)
            : await ReceiveOrKeepAsync(text, cancellationToken);
        TextProcessed(logger, result.Outcome, result.Reply is not null, time.GetElapsedTime(started).TotalMilliseconds);
        return result;
    }

    private async Task<InboxResult> ReceiveOrKeepAsync(InboundText text, CancellationToken cancellationToken)
    {
        try
        {
            return await inbox.ReceiveAsync(text, answered: true, cancellationToken);
        }
        catch (Exception exception) when (spool.IsOn && Outage.Is(exception))
        {
            return Keep(text);
        }
    }

    // Nobody waits for the database to hear where help is. The member's country is not known now.
    private InboxResult Keep(InboundText text)
    {
        var reply = CrisisScreen.Screen(text.Body) is null ? null : ReplyTexts.Find(ReplyName.Crisis, "en", "");
        spool.Append(text, isAnswered: reply is not null);
        return new("spooled", reply);
    }

    [LoggerMessage(
        EventName = "text_processed", Level = LogLevel.Information, Message = "{outcome} {replied} {duration_ms}")]
    private static partial void TextProcessed(ILogger logger, string outcome, bool replied, double duration_ms);
}
