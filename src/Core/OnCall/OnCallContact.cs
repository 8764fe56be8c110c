using System.Globalization;
using System.Text.Json;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.Members;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.OnCall;

/// <summary>Someone to text when an alert opens, as answered.</summary>
public sealed record OnCallContact(string Name, string PhoneLast4);

/// <summary>An account's on-call contacts as they are sent: 1–10, in the order in which they are texted.</summary>
public sealed record NewOnCallRoster(IReadOnlyList<NewOnCallContact> Contacts)
{
    public const int Limit = 10;

    public static Validated<NewOnCallRoster> Read(JsonElement json)
    {
        var errors = new FieldErrors();
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() is 0 or > Limit)
        {
            errors.Add("body", string.Create(CultureInfo.InvariantCulture, $"must be a list of 1 to {Limit} contacts"));
            return Validated<NewOnCallRoster>.From(new([]), errors);
        }

        var contacts = json.EnumerateArray().Select((item, index) => ReadContact(item, index, errors)).ToList();
        return Validated<NewOnCallRoster>.From(new(contacts), errors);
    }

    private static NewOnCallContact ReadContact(JsonElement item, int index, FieldErrors errors)
    {
        var fields = new JsonFields(item, errors, string.Create(CultureInfo.InvariantCulture, $"[{index}]."));
        var contact = new NewOnCallContact(fields.Text("name", 1, 100), fields.Phone());
        fields.RefuseUnknown();
        return contact;
    }
}

/// <param name="Name">1–100 characters.</param>
public sealed record NewOnCallContact(string Name, PhoneNumber Phone);
