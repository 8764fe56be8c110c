using Npgsql;
using RecoveryOS.Core.CheckIns;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Replies;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.Messaging.Inbound;

/// <summary>
/// Takes texts in. The claim of a text and all that follows from it are one transaction: a copy finds it taken, and a
/// process that dies leaves either all of it or nothing, for the provider's next try.
/// </summary>
public sealed class Inbox(NpgsqlDataSource dataSource, PhoneCipher cipher, OutboxBell bell)
{
    /// <param name="answered">
    /// False for a text whose webhook was answered before: what it should have been answered goes to the outbox.
    /// </param>
    /// <exception cref="NpgsqlException">
    /// The database cannot be reached; whether the text was taken in is unknown.
    /// </exception>
    /// <exception cref="TimeoutException">It does not answer; whether the text was taken in is unknown.</exception>
    public Task<InboxResult> ReceiveAsync(InboundText text, bool answered, CancellationToken cancellationToken) =>
        Queries.WithPatienceAsync(ReceiveInTransactionAsync(text, answered, cancellationToken), cancellationToken);

    private async Task<InboxResult> ReceiveInTransactionAsync(
        InboundText text, bool answered, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ledger = new InboxLedger(connection, cipher, cipher.Hash(text.From));
        if (!await ledger.ClaimAsync(text, cancellationToken))
        {
            var earlier = text.AnswerLost ? await ledger.EarlierReplyAsync(text, cancellationToken) : null;
            return new("duplicate", earlier);
        }

        var senders = text.IsFromPerson ? await ledger.SendersAsync(cancellationToken) : [];
        var sender = senders.Count > 0 ? senders[0] : null;
        var optOut = await ledger.OptOutAsync(cancellationToken);
        var plan = TextPlanner.Plan(
            text.Body, sender?.Dialogue, sender is not null, optOut == "stopped", optOut == "paused");
        var (name, isUrgent) = await CarryOutAsync(ledger, connection, plan, text, senders, cancellationToken);
        var reply = name is { } said
            ? ReplyTexts.Find(said, sender?.Locale.Language ?? "en", sender?.Locale.Country ?? "")
            : null;
        await ledger.RecordAsync(text, plan, sender, reply, cancellationToken);
        if (!answered && name is { } due && sender is not null)
        {
            await ledger.QueueReplyAsync(sender, due, cancellationToken);
            isUrgent = true;
        }

        await transaction.CommitAsync(cancellationToken);
        if (isUrgent)
        {
            bell.Ring();
        }

        return new(plan.Outcome, reply);
    }

    /// <returns>What to answer, and whether somebody on call may have to be told.</returns>
    private static async Task<(ReplyName? Name, bool IsUrgent)> CarryOutAsync(
        InboxLedger ledger,
        NpgsqlConnection connection,
        TextPlan plan,
        InboundText text,
        IReadOnlyList<Sender> senders,
        CancellationToken cancellationToken)
    {
        // Two people may share a phone: in a crisis a person looks after both.
        if (plan.Crisis is { Priority: var priority })
        {
            foreach (var sender in senders)
            {
                await ledger.OpenSafetyAlertAsync(sender, priority, cancellationToken);
            }
        }

        if (plan.OptOut is { } status)
        {
            await ledger.SetOptOutAsync(status, text, cancellationToken);
        }

        if (senders is not [var member, ..])
        {
            var answers = plan.Reply != ReplyName.UnknownNumber
                || await ledger.MayAnswerUnknownAsync(cancellationToken);
            return (answers ? plan.Reply : null, false);
        }

        var name = plan.Reply;
        var isUrgent = plan.Crisis is not null || plan.NeedsPerson;
        if (plan.CheckIn is { } values
            && await RecordCheckInAsync(connection, member, values, cancellationToken) == RiskBand.High)
        {
            isUrgent = true;
            // The high band carries the crisis line, whatever the channel.
            name = name is null ? null : ReplyName.Crisis;
        }

        if (plan.NeedsPerson)
        {
            await ledger.OpenEngagementAlertAsync(member, cancellationToken);
        }

        await ledger.SetDialogueAsync(member, plan.Dialogue, cancellationToken);
        return (name, isUrgent);
    }

    /// <returns>The band, or null while there are too few check-ins.</returns>
    private static async Task<string?> RecordCheckInAsync(
        NpgsqlConnection connection,
        Sender member,
        CheckInTexts.CheckInValues values,
        CancellationToken cancellationToken)
    {
        var answers = new Answers(
            values.Adherence, values.MoodTrend, values.Cravings, values.SleepHoursTenths, values.Isolation);
        var caller = new Caller("sms", member.AccountId, [Role.Member], member.Id);
        await using var command = CheckInStatement.Bind(
            connection.CreateCommand(), caller, member.Id, answers, null, CheckIn.Sms, RiskModel.Score(answers), null);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? reader.GetNullable<string>(3)
            : throw new InvalidOperationException("a member that is locked cannot vanish");
    }
}
