using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class RiskTests(ServiceFixture service)
{
    [Fact]
    public async Task Newest_risk_is_that_of_the_newest_check_in()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await clinic.ConsentAsync(member, "view_risk");
        var newest = await clinic.CheckInAsync(member, 0, 75, 49);

        var risk = (await clinic.Clinician.GetAsync($"/v1/members/{member}/risk")).Is(200);

        Assert.Equal(
            ["member_id", "check_in_id", "created_at", "state", "score", "band", "check_ins_needed", "model_version",
                "factors", "reflection", "footer"],
            risk.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(newest.Id, risk["check_in_id"].GetGuid());
        foreach (var field in newest["risk"].EnumerateObject())
            Assert.Equal(field.Value.GetRawText(), risk[field.Name].GetRawText());
    }

    [Fact]
    public async Task Member_without_check_ins_has_insufficient_data()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        var risk = (await clinic.Member(member).GetAsync($"/v1/members/{member}/risk")).Is(200);

        Assert.Equal("insufficient_data", risk["state"].GetString());
        Assert.Equal(3, risk["check_ins_needed"].GetInt32());
        Assert.Null(risk["check_in_id"].GetString());
    }

    [Fact]
    public async Task Clinician_needs_a_consent()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await clinic.CheckInAsync(member, 0, 0, 0);

        (await clinic.Clinician.GetAsync($"/v1/members/{member}/risk")).Is(403, "consent_required");
    }

    [Fact]
    public async Task Member_that_is_not_there_is_not_found()
    {
        var clinic = await service.OpenClinicAsync();

        (await clinic.Clinician.GetAsync($"/v1/members/{Guid.CreateVersion7()}/risk")).Is(404, "not_found");
    }
}
