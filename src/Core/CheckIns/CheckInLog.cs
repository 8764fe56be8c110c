using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.CheckIns;

/// <summary>Takes check-ins in.</summary>
public sealed class CheckInLog(NpgsqlDataSource dataSource, PhoneCipher cipher)
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
    /// <exception cref="NpgsqlException">The database cannot be reached; nothing was written, or it was committed.</exception>
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
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var band = RiskBand.Of(score.Value);
        await using var command = new NpgsqlCommand(CheckInStatement.For(idempotencyKey, band), connection)
            .With(caller.AccountId).With(request.MemberId)
            .With((short)request.Answers.Adherence).With((short)request.Answers.MoodTrend)
            .With((short)request.Answers.Cravings).With(StoredCheckIn.Hours(request.Answers.SleepTenths))
            .With((short)request.Answers.Isolation)
            .With(notes).With(channel)
            .With((short)score.Value).With(band).With(RiskModel.Version)
            .With(caller.Actor);
        if (idempotencyKey is not null)
        {
            command.With(scope).With(idempotencyKey).With(hash);
        }

        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken))
            {
                var stored = new StoredCheckIn(
                    reader.GetGuid(0), request.MemberId, request.Answers, notes, channel, reader.GetDateTime(1),
                    StoredRisk.Of(reader.GetInt32(2), score.Value, reader.GetNullable<string>(3), reader.GetString(4)));
                return new Submission.Created(stored.ToCheckIn());
            }
        }

        return await ExplainAsync(connection, caller, request, scope, idempotencyKey, hash, cancellationToken);
    }

    private static async Task<Submission> ExplainAsync(
        NpgsqlConnection connection,
        Caller caller,
        NewCheckIn request,
        Guid scope,
        string? key,
        byte[]? hash,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Explain, connection)
            .With(caller.AccountId).With(request.MemberId).With(scope).With(key);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.GetNullable<byte[]>(1) is { } earlier)
        {
            return earlier.AsSpan().SequenceEqual(hash)
                ? new Submission.Replayed(StoredCheckIn.Read(reader, 2).ToCheckIn())
                : new Submission.KeyReused();
        }

        return reader.GetNullable<string>(0) is null
            ? new Submission.MemberUnknown()
            : new Submission.MemberDischarged();
    }
}
