using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Members;

/// <summary>The fields that enrolling and changing a member share.</summary>
internal static class MemberFields
{
    public static string DisplayCode(this JsonFields fields) => fields.Text("display_code", 1, 64);

    /// <summary>An IANA zone, such as <c>America/Toronto</c>; Windows' own names are refused.</summary>
    public static string Timezone(this JsonFields fields)
    {
        var id = fields.Text("timezone", 1, 64);
        if (id.Length > 0
            && (id.Contains(' ', StringComparison.Ordinal)
                || !TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
                || !zone.HasIanaId))
        {
            fields.Refuse("timezone", "must be an IANA time zone, such as America/Toronto");
        }

        return id;
    }

    public static PhoneNumber Phone(this JsonFields fields)
    {
        var text = fields.Text("phone", 1, 32);
        if (!PhoneNumber.TryParse(text, out var phone) && text.Length > 0)
        {
            fields.Refuse("phone", "must be a number in E.164 form, such as +15555550123");
        }

        return phone;
    }

    public static string CountryCode(this JsonFields fields)
    {
        var country = fields.Text("country", 2, 2);
        if (country.Length == 2 && !Country.IsKnown(country))
        {
            fields.Refuse("country", "must be an ISO 3166-1 alpha-2 code, such as CA");
        }

        return country;
    }

    public static string Language(this JsonFields fields) => fields.Choice("language", "en", "fr", "es");

    public static string State(this JsonFields fields) => fields.Choice("state", "active", "paused", "discharged");
}
