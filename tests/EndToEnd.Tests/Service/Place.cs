using System.Text.Json.Nodes;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>An account with one of everything, so that each operation has something to work on.</summary>
internal sealed record Place(
    Clinic Clinic, Guid Member, Guid CheckIn, Guid Consent, Guid Alert, Guid Acknowledged, Guid Message)
{
    public static async Task<Place> OpenAsync(Clinic clinic)
    {
        var (_, acknowledged) = await clinic.AlertAsync();
        (await clinic.Clinician.PostAsync($"/v1/alerts/{acknowledged}/acknowledge", null)).Is(200);
        var (member, alert) = await clinic.AlertAsync();
        var checkIn = await clinic.CheckInAsync(member, 0);
        var message = (await clinic.Clinician.PostAsync(Clinic.Messages, Sample.Message(member))).Is(202);
        return new(
            clinic, member, checkIn.Id, await clinic.ConsentAsync(member, "view_risk"), alert, acknowledged,
            message.Id);
    }

    /// <summary>
    /// Sends what the operation accepts; <c>{member}</c> and its like stand for the ids of this place.
    /// </summary>
    public Task<Answer> SendAsync(Api caller, string method, string path)
    {
        var content = Body(method, path) is { } body ? Api.Raw(body.ToJsonString()) : null;
        return caller.SendAsync(new(method), Fill(path), content, []);
    }

    public string Fill(string path) => path
        .Replace("{member}", $"{Member}", StringComparison.Ordinal)
        .Replace("{check-in}", $"{CheckIn}", StringComparison.Ordinal)
        .Replace("{consent}", $"{Consent}", StringComparison.Ordinal)
        .Replace("{alert}", $"{Alert}", StringComparison.Ordinal)
        .Replace("{acknowledged}", $"{Acknowledged}", StringComparison.Ordinal)
        .Replace("{message}", $"{Message}", StringComparison.Ordinal)
        .Replace("{restore-test}", "0198c6a0-2b7e-7000-8000-4f1f0c3d2a11", StringComparison.Ordinal);

    private JsonNode? Body(string method, string path) => (method, path) switch
    {
        ("POST", Clinic.Members) => Sample.Member(),
        ("PATCH", "/v1/members/{member}") => new JsonObject { ["display_code"] = "Lake 9" },
        ("POST", Clinic.CheckIns) => Sample.CheckIn(Member),
        ("POST", Clinic.Consents) => Sample.Consent(Member, "view_risk"),
        ("PATCH", "/v1/consents/{consent}") => new JsonObject { ["terms_version"] = "2026-02" },
        ("POST", Clinic.Messages) => Sample.Appointment(Member),
        ("PUT", Clinic.OnCall) => Sample.OnCall("+15555550199"),
        ("POST", "/v1/restore-tests") => new JsonObject(),
        _ => null,
    };
}
