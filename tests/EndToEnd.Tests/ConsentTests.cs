using System.Text.Json;
using System.Text.Json.Nodes;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class ConsentTests(ServiceFixture service)
{
    [Fact]
    public async Task Consent_is_answered_whole()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        var answer = (await clinic.Member(member).PostAsync(
            Clinic.Consents, Sample.Consent(member, "receive_sms", "view_risk"))).Is(201);

        Assert.Equal($"/v1/consents/{answer.Id}", answer.Header("Location"));
        Assert.Equal(
            ["id", "member_id", "grantee_type", "scopes", "terms_version", "status", "created_at", "updated_at",
                "revoked_at"],
            answer.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal("""["view_risk","receive_sms"]""", answer["scopes"].GetRawText());
        Assert.Equal("active", answer["status"].GetString());
        Assert.Equal(JsonValueKind.Null, answer["revoked_at"].ValueKind);
    }

    [Theory]
    [InlineData("view_risk", true, false)]
    [InlineData("view_notes", false, true)]
    [InlineData("receive_alerts", false, false)]
    [InlineData("receive_sms", false, false)]
    [InlineData(null, false, false)]
    public async Task Clinician_sees_what_the_scope_opens_and_no_more(string? scope, bool seesRisk, bool seesNotes)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await NotedMemberAsync(clinic);
        if (scope is not null)
            await clinic.ConsentAsync(member, scope);

        await AssertSeesAsync(clinic, member, seesRisk, seesNotes);
    }

    [Fact]
    public async Task Revoked_consent_closes_at_once()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await NotedMemberAsync(clinic);
        var consent = await clinic.ConsentAsync(member, "view_risk", "view_notes");
        await AssertSeesAsync(clinic, member, seesRisk: true, seesNotes: true);

        var revoked = await clinic.Member(member).PatchAsync(
            $"/v1/consents/{consent}", new JsonObject { ["status"] = "revoked" });

        Assert.Equal(JsonValueKind.String, revoked.Is(200)["revoked_at"].ValueKind);
        await AssertSeesAsync(clinic, member, seesRisk: false, seesNotes: false);
    }

    [Fact]
    public async Task Consent_that_is_active_again_opens_again()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await NotedMemberAsync(clinic);
        var consent = await clinic.ConsentAsync(member, "view_risk");
        foreach (var status in new[] { "revoked", "active" })
            (await clinic.Member(member).PatchAsync($"/v1/consents/{consent}", new JsonObject { ["status"] = status }))
                .Is(200);

        await AssertSeesAsync(clinic, member, seesRisk: true, seesNotes: false);
    }

    [Fact]
    public async Task Scope_that_is_taken_away_closes_at_once()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await NotedMemberAsync(clinic);
        var consent = await clinic.ConsentAsync(member, "view_risk", "view_notes");

        (await clinic.Member(member).PatchAsync(
            $"/v1/consents/{consent}", new JsonObject { ["scopes"] = new JsonArray("view_notes") })).Is(200);

        await AssertSeesAsync(clinic, member, seesRisk: false, seesNotes: true);
    }

    [Fact]
    public async Task Consent_for_the_family_does_not_open_anything_to_clinicians()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await NotedMemberAsync(clinic);

        (await clinic.Member(member).PostAsync(
            Clinic.Consents, Sample.Consent(member, "view_risk", "view_notes").With("grantee_type", "family"))).Is(201);

        await AssertSeesAsync(clinic, member, seesRisk: false, seesNotes: false);
    }

    [Fact]
    public async Task Consent_of_one_member_does_not_open_another()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await NotedMemberAsync(clinic);
        await clinic.ConsentAsync(await clinic.EnrolAsync(), "view_risk", "view_notes");

        await AssertSeesAsync(clinic, member, seesRisk: false, seesNotes: false);
    }

    [Fact]
    public async Task Member_sees_its_own_without_any_consent()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await NotedMemberAsync(clinic);

        var newest = (await clinic.Member(member).GetAsync(Clinic.CheckIns)).Is(200).Data[0];

        Assert.Equal("a note", newest.GetProperty("notes").GetString());
        Assert.Equal(49, newest.GetProperty("risk").GetProperty("score").GetInt32());
        (await clinic.Member(member).GetAsync($"/v1/members/{member}/risk")).Is(200);
    }

    [Fact]
    public async Task Consents_are_listed_newest_first_in_pages()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        Guid[] consents =
            [await clinic.ConsentAsync(member, "view_risk"), await clinic.ConsentAsync(member, "view_notes")];

        var first = (await clinic.Clinician.GetAsync($"/v1/members/{member}/consents?limit=1")).Is(200);
        var second = (await clinic.Member(member).GetAsync(
            $"/v1/members/{member}/consents?limit=1&cursor={first["next_cursor"]}")).Is(200);

        Assert.Equal(
            [consents[1], consents[0]],
            new[] { first, second }.Select(page => page.Data[0].GetProperty("id").GetGuid()));
        Assert.Equal(JsonValueKind.Null, second["next_cursor"].ValueKind);
    }

    private static async Task<Guid> NotedMemberAsync(Clinic clinic)
    {
        var member = await clinic.EnrolAsync();
        await clinic.CheckInAsync(member, 0, 0);
        (await clinic.Member(member).PostAsync(Clinic.CheckIns, Sample.CheckIn(member).With("notes", "a note")))
            .Is(201);
        return member;
    }

    private static async Task AssertSeesAsync(Clinic clinic, Guid member, bool seesRisk, bool seesNotes)
    {
        var list = (await clinic.Clinician.GetAsync($"{Clinic.CheckIns}?member_id={member}")).Is(200);
        var risk = await clinic.Clinician.GetAsync($"/v1/members/{member}/risk");

        Assert.Equal(seesRisk, list.Data[0].GetProperty("risk").ValueKind is JsonValueKind.Object);
        Assert.Equal(seesRisk ? "" : "consent_required", risk.Is(seesRisk ? 200 : 403).Code);
        Assert.Equal(seesNotes ? "a note" : null, list.Data[0].GetProperty("notes").GetString());
        Assert.Equal(80, list.Data[0].GetProperty("adherence").GetInt32());
    }
}
