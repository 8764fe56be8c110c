using System.Text.Json.Nodes;
using RecoveryOS.Cli.Texts;

namespace RecoveryOS.Cli.Demos;

/// <summary>Shows what the service does, through its public API only.</summary>
internal static class Demo
{
    public static async Task RunAsync(
        DemoApi api, TwilioWebhook twilio, TextWriter output, CancellationToken cancellationToken)
    {
        await api.SendAsync(
            HttpMethod.Put, "/v1/on-call",
            new JsonArray { new JsonObject { ["name"] = "On-call clinician", ["phone"] = "+14165550100" } },
            cancellationToken);
        List<DemoResult> results = [];
        foreach (var story in DemoStory.All)
        {
            await output.WriteLineAsync($"{story.Name}: {DemoStory.Days} days of check-ins");
            results.Add(await TellAsync(api, story, cancellationToken));
        }

        var alerts = await api.SendAsync(HttpMethod.Get, "/v1/alerts?status=open&limit=100", null, cancellationToken);
        await output.WriteLineAsync();
        await output.WriteLineAsync(DemoTable.Render(results, alerts["data"]?.AsArray() ?? []));
        await output.WriteLineAsync();
        await DemoConversation.HoldAsync(api, twilio, output, cancellationToken);
    }

    private static async Task<DemoResult> TellAsync(DemoApi api, DemoStory story, CancellationToken cancellationToken)
    {
        var member = await api.SendAsync(HttpMethod.Post, "/v1/members", story.Enrolment(), cancellationToken);
        var memberId = Guid.Parse(member.Text("id"));
        await api.SendAsync(
            HttpMethod.Post, "/v1/consents",
            new JsonObject
            {
                ["member_id"] = memberId,
                ["grantee_type"] = "clinician",
                ["scopes"] = new JsonArray("view_risk", "receive_alerts"),
                ["terms_version"] = "demo-1",
            },
            cancellationToken);
        List<int?> scores = [];
        foreach (var checkIn in story.CheckIns(memberId))
        {
            var answer = await api.SendAsync(HttpMethod.Post, "/v1/check-ins", checkIn, cancellationToken);
            scores.Add(answer["risk"]?["score"]?.GetValue<int>());
        }

        var risk = await api.SendAsync(HttpMethod.Get, $"/v1/members/{memberId}/risk", null, cancellationToken);
        return new(memberId, story.Name, scores, risk.Text("band"));
    }
}

/// <summary>What four weeks came to.</summary>
/// <param name="Scores">One a day; null while there were too few check-ins.</param>
internal sealed record DemoResult(Guid MemberId, string Name, IReadOnlyList<int?> Scores, string Band);
