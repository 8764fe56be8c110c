using System.Diagnostics;
using System.Text.Json;
using Npgsql;

namespace RecoveryOS.Bench.Outbound;

/// <summary>
/// The yardstick: as many loops as the dispatcher has texts on their way, each of them SELECT … FOR UPDATE SKIP LOCKED,
/// POST, UPDATE, COMMIT, a row at a time. No leases, no opt-outs, no hours, no words, no history.
/// </summary>
internal static class BareLoop
{
    public const string Table = """
        CREATE TABLE bare_outbox (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, recipient text NOT NULL, body text NOT NULL,
            due_at timestamptz NOT NULL DEFAULT now(), sent_at timestamptz, provider_id text);
        CREATE INDEX bare_outbox_waiting ON bare_outbox (due_at, id) WHERE sent_at IS NULL;
        """;

    /// <returns>Texts a second.</returns>
    public static async Task<double> RunAsync(
        NpgsqlDataSource dataSource, HttpClient twilio, int loops, int texts, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var sent = await Task.WhenAll(
            Enumerable.Range(0, loops).Select(_ => LoopAsync(dataSource, twilio, cancellationToken)));
        return sent.Sum() == texts
            ? texts / Stopwatch.GetElapsedTime(started).TotalSeconds
            : throw new InvalidOperationException($"the bare loop sent {sent.Sum()} of {texts}");
    }

    private static async Task<int> LoopAsync(
        NpgsqlDataSource dataSource, HttpClient twilio, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        for (var sent = 0; ; sent++)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (await NextAsync(connection, cancellationToken) is not { } text)
            {
                return sent;
            }

            var sid = await PostAsync(twilio, text.Recipient, text.Body, cancellationToken);
            await using var update = new NpgsqlCommand(
                "UPDATE bare_outbox SET sent_at = now(), provider_id = $2 WHERE id = $1", connection)
            {
                Parameters = { new() { Value = text.Id }, new() { Value = sid } },
            };
            await update.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    private static async Task<(long Id, string Recipient, string Body)?> NextAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var select = new NpgsqlCommand("""
            SELECT id, recipient, body FROM bare_outbox WHERE sent_at IS NULL AND due_at <= now()
            ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
            """, connection);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetInt64(0), reader.GetString(1), reader.GetString(2))
            : null;
    }

    private static async Task<string> PostAsync(
        HttpClient twilio, string recipient, string body, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["To"] = recipient,
            ["MessagingServiceSid"] = SimulatedTwilio.MessagingServiceSid,
            ["Body"] = body,
            ["ValidityPeriod"] = "14400",
        });
        using var answer = await twilio.PostAsync(
            new Uri($"/2010-04-01/Accounts/{SimulatedTwilio.AccountSid}/Messages.json", UriKind.Relative),
            form,
            cancellationToken);
        answer.EnsureSuccessStatusCode();
        using var json = await JsonDocument.ParseAsync(
            await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        return json.RootElement.GetProperty("sid").GetString() ?? throw new InvalidOperationException("no sid");
    }
}
