using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.CheckIns;

/// <summary>Takes check-ins in.</summary>
public sealed class CheckInLog(NpgsqlDataSource dataSource, PhoneCipher cipher, OutboxBell bell)
{
    /// <summary>Why <see cref="CheckInStatement"/> wrote nothing; $1–$4 as there.</summary>
    private const string Explain = $"""
        SELECT member.state, earlier.*
        FROM (VALUES (1)) AS one
        LEFT JOIN (SELECT state FROM members WHERE id = $2 AND account_id = $1) AS member ON true
        LEFT JOIN (
            SELECT request_hash, {StoredCheckIn.Columns}
            FROM idempotency
            JOIN check_ins c ON c.id = check_in_id
            JOIN risk_scores r USING (check_in_id)
            WHERE idempotency.account_id = $1 AND scope = $3 AND key = $4
        ) AS earlier ON true
        """;

    /// <summary>Records a check-in with all that follows from it, or answers the earlier one of the same key.</summary>
    /// <param name="idempotencyKey">
    /// 1–128 visible ASCII characters, or null. A member's keys are its own; clinicians of an account share theirs.
    /// </param>
    /// <param name="channel"><see cref="CheckIn.Api"/> or <see cref="CheckIn.Sms"/>.</param>
    /// <exception cref="NpgsqlException">
    /// The database cannot be reached; nothing was written, or it was committed.
    /// </exception>
    public async Task<Submission> SubmitAsync(
        Caller caller, NewCheckIn request, string? idempotencyKey, string channel, CancellationToken cancellationToken)
    {
        if (caller.OnlyMember is { } own && own != request.MemberId)
        {
            return new Submission.MemberUnknown();
        }

        var scope = caller.OnlyMember ?? caller.AccountId;
        var hash = idempotencyKey is null ? null : cipher.Hash(request.Canonical());
        var notes = request.Notes is null ? null : NoteRedactor.Redact(request.Notes);
        var score = RiskModel.Score(request.Answers);
        var command = CheckInStatement.Bind(
            dataSource.CreateCommand(), caller, request.MemberId, request.Answers, notes, channel, score,
            idempotencyKey);
        if (idempotencyKey is not null)
        {
            command.With(scope).With(idempotencyKey).With(hash);
        }

        var stored = await command.FirstAsync(
            row => new StoredCheckIn(
                row.GetGuid(0), request.MemberId, request.Answers, notes, channel, row.GetDateTime(1),
                StoredRisk.Of(row.GetInt32(2), score.Value, row.GetNullable<string>(3), row.GetString(4))),
            cancellationToken);
        if (stored?.Risk?.Band == RiskBand.High)
        {
            bell.Ring();
        }

        return stored is not null
            ? new Submission.Created(stored.ToCheckIn())
            : await ExplainAsync(caller, request, scope, idempotencyKey, hash, cancellationToken);
    }

    private async Task<Submission> ExplainAsync(
        Caller caller, NewCheckIn request, Guid scope, string? key, byte[]? hash,
        CancellationToken cancellationToken) => await dataSource.CreateCommand(Explain)
            .With(caller.AccountId).With(request.MemberId).With(scope).With(key)
            .FirstAsync<Submission>(
                row => (row.GetNullable<byte[]>(1), row.GetNullable<string>(0)) switch
                {
                    ({ } earlier, _) when earlier.AsSpan().SequenceEqual(hash) =>
                        new Submission.Replayed(StoredCheckIn.Read(row, 2).ToCheckIn()),
                    ({ }, _) => new Submission.KeyReused(),
                    (_, null) => new Submission.MemberUnknown(),
                    _ => new Submission.MemberDischarged(),
                },
                cancellationToken)
        ?? throw new InvalidOperationException("the explanation has always a row");
}
