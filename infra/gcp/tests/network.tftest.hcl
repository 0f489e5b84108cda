# Where the services may connect to from a network, and the perimeter around the project.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project       = "some-project"
  region        = "europe-west1"
  enforce_image = "enforce:1"
  policy        = "{kind: AIPolicy, spec: {rules: []}}"
  rotation = {
    image      = "rotate:1"
    strategy   = "caller_keys"
    first_time = "2027-01-31T04:00:00Z"
  }
  network = {
    network     = "projects/some-project/global/networks/net"
    subnetwork  = "projects/some-project/regions/europe-west1/subnetworks/sub"
    psc_address = "10.81.0.2"
  }
}

run "all_traffic_goes_through_the_network" {
  command = plan

  assert {
    condition = alltrue([
      for one in [google_cloud_run_v2_service.enforce, google_cloud_run_v2_service.rotate[0]] :
      one.template[0].vpc_access[0].egress == "ALL_TRAFFIC"
    ])
    error_message = "some traffic goes past the network"
  }
  assert {
    condition = alltrue([
      for one in [google_cloud_run_v2_service.enforce, google_cloud_run_v2_service.rotate[0]] :
      alltrue([for rule in google_compute_firewall.nowhere : tolist(rule.target_tags) == one.template[0].vpc_access[0].network_interfaces[0].tags])
    ])
    error_message = "the rules of the network do not hold for a service"
  }
}

run "there_is_one_way_out" {
  command = plan

  assert {
    condition = { for one in google_compute_firewall.nowhere : one.name => "${one.direction} ${tolist(one.deny)[0].protocol} ${join(",", one.destination_ranges)}" } == {
      sallyport-nowhere-v4 = "EGRESS all 0.0.0.0/0"
      sallyport-nowhere-v6 = "EGRESS all ::/0"
    }
    error_message = "there is a way that no rule allows"
  }
  assert {
    condition     = "${join(",", google_compute_firewall.apis[0].destination_ranges)} ${join(",", tolist(google_compute_firewall.apis[0].allow)[0].ports)}" == "10.81.0.2/32 443"
    error_message = "there is a way to more than Google's APIs"
  }
  assert {
    condition     = alltrue([for one in google_compute_firewall.nowhere : one.priority > google_compute_firewall.apis[0].priority])
    error_message = "the way to Google's APIs is shut"
  }
  assert {
    condition     = google_compute_global_forwarding_rule.apis[0].target == "vpc-sc"
    error_message = "APIs are reached that no perimeter holds"
  }
  assert {
    condition = { for name, one in google_dns_record_set.apis : name => "${one.type} ${one.rrdatas[0]}" } == {
      "*.googleapis.com." = "CNAME googleapis.com."
      "googleapis.com."   = "A 10.81.0.2"
    }
    error_message = "the names of Google's APIs lead elsewhere"
  }
  assert {
    condition     = google_dns_managed_zone.apis[0].visibility == "private"
    error_message = "the names are told to everybody"
  }
}

run "another_way_is_asked_for" {
  command = plan
  variables {
    egress = [{ ranges = ["10.9.0.5/32"], port = 5432 }]
  }

  assert {
    condition     = [for one in google_compute_firewall.egress : "${join(",", one.destination_ranges)} ${join(",", tolist(one.allow)[0].ports)}"] == ["10.9.0.5/32 5432"]
    error_message = "the way leads elsewhere"
  }
}

run "a_perimeter_reports_first" {
  command = plan
  variables {
    perimeter = { access_policy = "42" }
  }

  assert {
    condition = (
      google_access_context_manager_service_perimeter.this[0].use_explicit_dry_run_spec &&
      length(google_access_context_manager_service_perimeter.this[0].status) == 0 &&
      length(google_access_context_manager_service_perimeter.this[0].spec) == 1
    )
    error_message = "the perimeter refuses before it has reported"
  }
}

run "a_perimeter_refuses" {
  command = plan
  variables {
    perimeter = { access_policy = "42", dry_run = false }
  }

  assert {
    condition = google_access_context_manager_service_perimeter.this[0].status[0].restricted_services == toset([
      "aiplatform.googleapis.com", "cloudkms.googleapis.com", "logging.googleapis.com",
      "pubsub.googleapis.com", "run.googleapis.com", "secretmanager.googleapis.com",
    ])
    error_message = "a service is outside of the perimeter"
  }
  assert {
    condition     = google_access_context_manager_service_perimeter.this[0].status[0].resources == toset(["projects/123456789"])
    error_message = "the project is outside of the perimeter"
  }
  assert {
    condition     = google_access_context_manager_service_perimeter.this[0].status[0].vpc_accessible_services[0].enable_restriction
    error_message = "from within, services outside of the perimeter are reached"
  }
}

run "no_network_is_made_up" {
  command = plan
  variables {
    network = null
  }

  assert {
    condition     = length(google_cloud_run_v2_service.enforce.template[0].vpc_access) + length(google_compute_firewall.nowhere) + length(google_dns_managed_zone.apis) == 0
    error_message = "there is a network that nobody asked for"
  }
}
