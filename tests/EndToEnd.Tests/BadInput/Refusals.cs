using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.BadInput;

/// <summary>What all bad requests have in common: an exact answer, and nothing left behind.</summary>
internal static class Refusals
{
    public static Task RefusesAsync(
        this Clinic clinic, Api caller, string method, string path, HttpContent? content, int status, string code) =>
        clinic.LeavesNothingBehindAsync(async () =>
            (await caller.SendAsync(new(method), path, content, [])).IsProblem(status, code));

    public static async Task LeavesNothingBehindAsync(this Clinic clinic, Func<Task> request)
    {
        var before = await clinic.CountRowsAsync();
        await request();
        Assert.Equal(before, await clinic.CountRowsAsync());
    }

    /// <summary>The answer is a whole problem document.</summary>
    public static Answer IsProblem(this Answer answer, int status, string code)
    {
        answer.Is(status, code);
        Assert.Equal($"urn:recoveryos:error:{code}", answer["type"].GetString());
        Assert.Equal(status, answer["status"].GetInt32());
        Assert.Equal(code is "validation", answer.Json.TryGetProperty("errors", out _));
        Assert.All(["title", "detail", "request_id"], member => Assert.NotEqual("", answer[member].GetString()));
        return answer;
    }

    /// <summary>It is refused for exactly this field.</summary>
    public static void Names(this Answer answer, string field) =>
        Assert.Equal(
            [field], answer.IsProblem(400, "validation")["errors"].EnumerateObject().Select(error => error.Name));
}
