namespace RecoveryOS.Core.Messaging.CheckInTexts;

/// <summary>Numbers that each name their field, in any order: all labels first, or all numbers first.</summary>
internal static class LabelledNumbers
{
    /// <summary>Null when the tokens are not pairs of a label and a number.</summary>
    public static KnownValues? Read(List<CheckInToken> tokens)
    {
        if (Items(tokens) is not { Count: > 0 } items || items.Count % 2 != 0)
        {
            return null;
        }

        KnownValues known = KnownValues.None;
        HashSet<CheckInField> unclear = [];
        for (var at = 0; at < items.Count; at += 2)
        {
            bool labelFirst = items[0].Field is not null;
            (Item label, Item value) = labelFirst ? (items[at], items[at + 1]) : (items[at + 1], items[at]);
            if (label.Field is not { } field || value.Number is not { } number)
            {
                return null;
            }

            int? read = number.ValueFor(field);
            if (read is null || (known[field] is { } other && other != read))
            {
                unclear.Add(field);
            }

            known = known.With(field, read);
        }

        return unclear.Aggregate(known, static (values, field) => values.With(field, null));
    }

    private static List<Item>? Items(List<CheckInToken> tokens)
    {
        List<Item> items = [];
        foreach (CheckInToken token in tokens)
        {
            bool afterNumber = items is [.., { Number: not null }];
            if (token.Kind == CheckInTokenKind.Number)
            {
                items.Add(new Item(null, token));
            }
            else if (token.Kind == CheckInTokenKind.Mark)
            {
                // After a label a colon or an equals sign; after a number whatever ends it, but never a colon: 7:30.
                bool ends = afterNumber || items is [{ Number: not null }, .., { Field: not null }];
                string allowed = ends ? ",;/|.!\n&" : items.Count == 0 ? ",.!:\n" : ":=";
                if (!allowed.Contains(token.Text, StringComparison.Ordinal))
                {
                    return null;
                }
            }
            else if (CheckInWords.LabelOf(token.Text) is { } field)
            {
                if (items is not [.., { Field: { } same }] || same != field)
                {
                    items.Add(new Item(field, null));
                }
            }
            else if (items is [.., { Number: { } number }] && CheckInWords.IsUnit(token.Text))
            {
                items[^1] = new Item(null, number with { Unit = number.Unit + token.Text });
            }
            else if (!CheckInWords.IsPolite(token.Text) && !CheckInWords.IsHours(token.Text))
            {
                return null;
            }
        }

        return items;
    }

    private readonly record struct Item(CheckInField? Field, CheckInToken? Number);
}
