namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>A selector of labels.</summary>
public static class SelectorRules
{
    public static void Check(Field selector)
    {
        MetadataRules.Labels(selector["matchLabels"]);
        foreach (var expression in selector["matchExpressions"].Items)
        {
            var (operation, values) = (expression["operator"], expression["values"]);
            switch (operation.Text)
            {
                case "In" or "NotIn":
                    if (values.Items.Count == 0)
                    {
                        values.Required("must be specified when `operator` is 'In' or 'NotIn'");
                    }

                    break;
                case "Exists" or "DoesNotExist":
                    if (values.Items.Count > 0)
                    {
                        values.Forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                    }

                    break;
                default:
                    operation.Showing(operation.Text).Invalid("not a valid selector operator");
                    break;
            }

            expression["key"].Spelled(Words.Qualified);
            foreach (var value in values.Items)
            {
                value.Spelled(Words.LabelValue);
            }
        }
    }
}
