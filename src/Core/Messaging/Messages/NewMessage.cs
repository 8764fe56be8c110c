using System.Text.Json;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.Messaging.Templates;

namespace RecoveryOS.Core.Messaging.Messages;

/// <summary>A message that a clinician asks for: a template and its values, never free text.</summary>
/// <param name="Template">One of <see cref="MessageTemplates.ForClinicians"/>.</param>
/// <param name="Variables">Each of the template's, and no other.</param>
public sealed record NewMessage(Guid MemberId, string Template, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>How far ahead a day may lie.</summary>
    public const int DaysAhead = 366;

    /// <param name="now">Days before are refused; the day before counts where it is still today.</param>
    public static Validated<NewMessage> Read(JsonElement json, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(json, errors);
        var memberId = fields.Uuid("member_id");
        var name = fields.Choice("template", [.. MessageTemplates.ForClinicians]);
        var message = new NewMessage(
            memberId, name, ReadVariables(fields, MessageTemplates.Find(name), DateOnly.FromDateTime(now.UtcDateTime)));
        fields.RefuseUnknown();
        return Validated<NewMessage>.From(message, errors);
    }

    /// <summary>The moment that it speaks of, by the member's clock; null: it speaks of none.</summary>
    internal DateTime? LocalMoment =>
        TemplateValues.TryDate(Variables.GetValueOrDefault("date"), out var date)
        && TemplateValues.TryTime(Variables.GetValueOrDefault("time"), out var time)
            ? date.ToDateTime(time)
            : null;

    private static Dictionary<string, string> ReadVariables(
        JsonFields fields, MessageTemplate? template, DateOnly today)
    {
        Dictionary<string, string> values = [];
        if (fields.OptionalObject("variables") is { } sent)
        {
            foreach (var (name, type) in template?.Variables ?? new Dictionary<string, VariableType>())
            {
                values[name] = Read(sent, name, type, today);
            }

            if (template is not null)
            {
                sent.RefuseUnknown();
            }
        }
        else if (template?.Variables.Count > 0)
        {
            fields.Refuse("variables", "must hold " + string.Join(" and ", template.Variables.Keys));
        }

        return values;
    }

    private static string Read(JsonFields fields, string name, VariableType type, DateOnly today)
    {
        var text = fields.Text(name, 1, 32);
        switch (type)
        {
            case var _ when text.Length == 0:
                break;
            case VariableType.Date when !TemplateValues.TryDate(text, out _):
                fields.Refuse(name, "must be a day as YYYY-MM-DD");
                break;
            case VariableType.Date when TemplateValues.TryDate(text, out var date)
                && (date < today.AddDays(-1) || date > today.AddDays(DaysAhead)):
                fields.Refuse(name, $"must be today or one of the next {DaysAhead} days");
                break;
            case VariableType.Time when !TemplateValues.TryTime(text, out _):
                fields.Refuse(name, "must be a time of day as HH:MM");
                break;
            default:
                break;
        }

        return text;
    }
}
