using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace RecoveryOS.Bench.CheckIns;

/// <summary>Whether a check-in costs more for a member with many of them.</summary>
internal static class History
{
    private const int Long = 20_000;
    private const int Short = 10;
    private const int Requests = 1500;

    /// <summary>The median time of a member with 20,000 check-ins over that of one with 10, asked in turn.</summary>
    public static async Task<double> RatioAsync(Stage stage, string url, CancellationToken cancellationToken)
    {
        var (old, young) = (Members.Count + 1, Members.Count + 2);
        await FillAsync(stage, old, Long, cancellationToken);
        await FillAsync(stage, young, Short, cancellationToken);
        await stage.ExecuteAsync("ANALYZE", cancellationToken);

        using var client = new HttpClient { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stage.Token);
        List<double> ofOld = [];
        List<double> ofYoung = [];
        for (var i = 0; i < Requests; i++)
        {
            ofOld.Add(await TimeAsync(client, old, cancellationToken));
            ofYoung.Add(await TimeAsync(client, young, cancellationToken));
        }

        return Median(ofOld) / Median(ofYoung);
    }

    private static async Task<double> TimeAsync(HttpClient client, int member, CancellationToken cancellationToken)
    {
        var id = Members.Id(member);
        using var content = new StringContent(
            $$"""{"member_id":"{{id}}","adherence":90,"mood_trend":1,"cravings":10,"sleep_hours":7.5,"isolation":10}""",
            Encoding.UTF8,
            "application/json");
        var started = Stopwatch.GetTimestamp();
        using var answer = await client.PostAsync(
            new Uri("/v1/check-ins", UriKind.Relative), content, cancellationToken);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        answer.EnsureSuccessStatusCode();
        return took;
    }

    private static Task FillAsync(Stage stage, int member, int checkIns, CancellationToken cancellationToken) =>
        stage.ExecuteAsync($"""
            INSERT INTO members (
                id, account_id, display_code, timezone, phone_ciphertext, phone_key_id, phone_hash, country, language,
                check_in_count)
            VALUES ('{Members.Id(member)}', '{stage.AccountId}', 'H', 'Etc/UTC', '\x00', 'k1', sha256('h'), 'CA', 'en',
                {checkIns});
            WITH history AS (
                INSERT INTO check_ins (
                    id, account_id, member_id, adherence, mood_trend, cravings, sleep_hours, isolation, channel)
                SELECT uuid7(), '{stage.AccountId}', '{Members.Id(member)}', 90, 1, 10, 7.5, 10, 'api'
                FROM generate_series(1, {checkIns})
                RETURNING id
            )
            INSERT INTO risk_scores (check_in_id, account_id, score, band, check_ins_needed, model_version, locale)
            SELECT id, '{stage.AccountId}', 12, 'low', 0, 'v0.1.0', 'en-CA' FROM history
            """, cancellationToken);

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
